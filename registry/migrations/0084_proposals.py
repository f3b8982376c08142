"""Proposals to change records, what was decided about each, and the kinds that need two people."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import GroupedMigration


class Migration(GroupedMigration):
    dependencies = [
        ("registry", "0083_facets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("deposit", "deposits"),
                            ("estimate", "estimates"),
                            ("prospecting_object", "prospecting objects"),
                            ("license", "licenses"),
                            ("policy_framework", "policy frameworks"),
                            ("country", "countries"),
                            ("region", "regions"),
                            ("disputed_area", "disputed areas"),
                            ("commodity", "commodities"),
                            ("ree_scheme", "ree schemes"),
                            ("organization", "organizations"),
                            ("source", "sources"),
                            ("finding", "findings"),
                            ("gap", "gaps"),
                            ("disagreement", "disagreements"),
                        ],
                        help_text="Kind of record.",
                        max_length=24,
                        unique=True,
                    ),
                ),
                (
                    "four_eyes",
                    models.BooleanField(
                        default=True,
                        help_text="Nobody publishes their own change: an editor's or a reviewer's change is published by another.",
                    ),
                ),
            ],
            options={
                "verbose_name": "review rule",
                "ordering": ["kind"],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
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
                            ("framework_event", "framework_event"),
                            ("gap", "gap"),
                            ("license", "license"),
                            ("license_event", "license_event"),
                            ("organization", "organization"),
                            ("policy_framework", "policy_framework"),
                            ("prospecting_object", "prospecting_object"),
                            ("ree_scheme", "ree_scheme"),
                            ("region", "region"),
                            ("source", "source"),
                        ],
                        help_text="Kind of the record, or of the part of a record.",
                        max_length=24,
                    ),
                ),
                ("record_id", models.BigIntegerField(help_text="Key of the record.")),
                ("label", models.CharField(help_text="Name of the record when the change was proposed.", max_length=200)),
                (
                    "base_version",
                    models.PositiveIntegerField(help_text="Version of the record from which the change was made."),
                ),
                (
                    "content",
                    models.JSONField(
                        help_text="Values of fields and rows, as they were and as proposed; what is published leaves it."
                    ),
                ),
                ("reason", models.CharField(help_text="Reason of the change; the history keeps it.", max_length=500)),
                (
                    "evidence",
                    models.CharField(blank=True, default="", help_text="Where the new value can be verified.", max_length=1000),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("editor", "A curator's change"),
                            ("report", "A reader's report"),
                            ("import", "A difference found by an import"),
                            ("revert", "A return to an earlier version"),
                        ],
                        default="editor",
                        help_text="What led to it.",
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for review"),
                            ("returned", "Returned to its author"),
                            ("published", "Published"),
                            ("declined", "Declined"),
                            ("taken_back", "Taken back by its author"),
                        ],
                        default="open",
                        help_text="Where it stands.",
                        max_length=16,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="When it was proposed."
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        help_text="When it last changed its state.",
                    ),
                ),
                (
                    "assigned_to",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who is to review it; anybody if empty.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        help_text="Who proposed it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        help_text="Who decided.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        blank=True,
                        help_text="The difference that it decides.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="proposals",
                        to="registry.importproblem",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        blank=True,
                        help_text="The report that it answers.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="registry.report",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        help_text="The import that found it.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="registry.importrun",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="ProposalEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("changed", "Changed the proposal"),
                            ("returned", "Returned"),
                            ("published", "Published"),
                            ("published_part", "Published a part"),
                            ("declined", "Declined"),
                            ("taken_back", "Taken back"),
                        ],
                        help_text="What was done.",
                        max_length=16,
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="When."
                    ),
                ),
                ("comment", models.TextField(blank=True, default="", help_text="Why, for the other one to read.")),
                ("content", models.JSONField(help_text="What was published of it.", null=True)),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Who.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="registry.proposal"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["kind", "record_id"], name="proposal_record"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "returned"])), fields=["state", "id"], name="proposal_by_state"
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["author", "id"], name="proposal_by_author"),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "returned", "published", "declined", "taken_back"])),
                name="proposal_state",
                violation_error_message="“state” holds no known code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["editor", "report", "import", "revert"])),
                name="proposal_origin",
                violation_error_message="“origin” holds no known code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="proposal_reason",
                violation_error_message="State the reason of the change.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["published", "declined"]), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="proposal_decided",
                violation_error_message="A proposal is published or declined by somebody.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposalentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["proposed", "changed", "returned", "published", "published_part", "declined", "taken_back"])
                ),
                name="proposalentry_act",
                violation_error_message="“act” holds no known code.",
            ),
        ),
    ]
