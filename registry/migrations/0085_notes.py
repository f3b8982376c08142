"""Notes of curators on records, and whom they mention."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import registry.constraints
from registry.migrations._together import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [
        ("registry", "0084_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("commodity", "commodity"),
                            ("country", "country"),
                            ("deposit", "deposit"),
                            ("disagreement", "disagreement"),
                            ("disputed_area", "disputed_area"),
                            ("estimate", "estimate"),
                            ("finding", "finding"),
                            ("gap", "gap"),
                            ("license", "license"),
                            ("organization", "organization"),
                            ("policy_framework", "policy_framework"),
                            ("prospecting_object", "prospecting_object"),
                            ("ree_scheme", "ree_scheme"),
                            ("region", "region"),
                            ("source", "source"),
                        ],
                        help_text="Kind of record.",
                        max_length=24,
                    ),
                ),
                ("record_id", models.BigIntegerField(help_text="Key of the record.")),
                ("text", models.TextField(help_text="The note; @name mentions somebody.")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="When."
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Who wrote it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NoteMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(help_text="When they opened the record.", null=True)),
                (
                    "user",
                    models.ForeignKey(
                        help_text="Who is mentioned.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="registry.recordnote"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="recordnote",
            index=models.Index(fields=["kind", "record_id", "id"], name="recordnote_record"),
        ),
        migrations.AddConstraint(
            model_name="recordnote",
            constraint=registry.constraints.SQLCheck(name="recordnote_text", sql="length(text) BETWEEN 1 AND 4000"),
        ),
        migrations.AddIndex(
            model_name="notemention",
            index=models.Index(condition=models.Q(("seen_at__isnull", True)), fields=["user", "id"], name="notemention_unseen"),
        ),
        migrations.AddConstraint(
            model_name="notemention",
            constraint=models.UniqueConstraint(fields=("note", "user"), name="notemention_once"),
        ),
    ]
