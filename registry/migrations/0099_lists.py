"""Lists of curators that are kept, steps with many records at once, and the indexes that lists and the log of changes read."""

from collections.abc import Iterator

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import GroupedMigration

#: Model → the name with which the indexes of its table begin.
_RECORDS = {
    "commodity": "commodity",
    "country": "country",
    "deposit": "deposit",
    "disagreement": "disagreement",
    "disputedarea": "disputedarea",
    "finding": "finding",
    "gap": "gap",
    "license": "license",
    "organization": "organization",
    "policyframework": "framework",
    "prospectingobject": "prospecting",
    "reescheme": "reescheme",
    "region": "region",
    "resourceestimate": "estimate",
    "source": "source",
}
#: Whose history has an index of the time already, which gets the key as well: a large import has one time.
_WRITTEN = ("citation", "finding")


def _indexes() -> Iterator[migrations.AddIndex | migrations.RemoveIndex]:
    for model in _WRITTEN:
        yield migrations.RemoveIndex(f"{model}history", f"{model}_written_then")
    for model in sorted({*_RECORDS, *_WRITTEN}):
        yield migrations.AddIndex(
            f"{model}history", models.Index(fields=["pgh_created_at", "pgh_id"], name=f"{model}_written_then")
        )
    for model, table in _RECORDS.items():
        hidden = models.Q(("record_status", "published"), _negated=True)
        yield migrations.AddIndex(
            model, models.Index(condition=hidden, fields=["record_status", "id"], name=f"{table}_not_public")
        )
        yield migrations.AddIndex(
            f"{model}history",
            models.Index(
                models.F("pgh_context__user"),
                models.F("pgh_id"),
                condition=models.Q(("pgh_context__has_key", "user")),
                name=f"{model}_curator_then",
            ),
        )


class Migration(GroupedMigration):
    dependencies = [
        ("registry", "0089_bits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BulkChange",
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
                (
                    "act",
                    models.CharField(
                        help_text="The step that was taken, or `edit` with the field that was written.", max_length=80
                    ),
                ),
                ("said", models.CharField(help_text="What was done, in words.", max_length=200)),
                ("reason", models.CharField(blank=True, default="", help_text="Reason of the change.", max_length=500)),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="When."
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="BulkItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id", models.BigIntegerField(help_text="Key of the record.")),
                ("label", models.CharField(help_text="Name of the record at that time.", max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("done", "Done"),
                            ("proposed", "Proposed for review"),
                            ("same", "Was so already"),
                            ("refused", "Refused"),
                        ],
                        help_text="What became of it.",
                        max_length=16,
                    ),
                ),
                (
                    "transaction",
                    models.BigIntegerField(help_text="The transaction that wrote it, as the history names it.", null=True),
                ),
                (
                    "before",
                    models.CharField(blank=True, default="", help_text="State of the record before a step.", max_length=16),
                ),
                ("message", models.CharField(blank=True, default="", help_text="Why it was refused.", max_length=500)),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedList",
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
                ("name", models.CharField(help_text="What the list is called.", max_length=80)),
                ("query", models.CharField(blank=True, default="", help_text="The query of its URL.", max_length=2000)),
                ("is_shared", models.BooleanField(default=False, help_text="Whether every curator sees it.")),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="When."
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "default_permissions": (),
            },
        ),
        *_indexes(),
        migrations.AddField(
            model_name="bulkchange",
            name="by",
            field=models.ForeignKey(
                help_text="Who.", on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="bulkchange",
            name="undoes",
            field=models.OneToOneField(
                editable=False,
                help_text="What it undoes.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="registry.bulkchange",
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="bulk",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="items", to="registry.bulkchange"
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="proposal",
            field=models.ForeignKey(
                help_text="The proposal that was made of it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="registry.proposal",
            ),
        ),
        migrations.AddField(
            model_name="savedlist",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                help_text="Who saved it.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["done", "proposed", "same", "refused"])),
                name="bulkitem_outcome",
                violation_error_message="“outcome” holds no known code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(fields=("bulk", "record_id"), name="bulkitem_once"),
        ),
        migrations.AddIndex(
            model_name="savedlist",
            index=models.Index(condition=models.Q(("is_shared", True)), fields=["kind", "name"], name="savedlist_shared"),
        ),
        migrations.AddConstraint(
            model_name="savedlist",
            constraint=models.UniqueConstraint(
                fields=("by", "kind", "name"),
                name="savedlist_once",
                violation_error_message="You have saved a list of this name already.",
            ),
        ),
    ]
