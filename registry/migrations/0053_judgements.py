"""Judgements of pairs: the pairs that were told apart become judgements, beside those that are the same and those left open."""

from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from registry.migrations._together import GroupedMigration

_KINDS = "commodity country deposit disagreement estimate finding license organization policy_framework prospecting_object region source"
_VERDICTS = [("same", "The same"), ("different", "Different"), ("unsure", "Unsure")]


_USER: dict[str, Any] = {
    "null": True,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
    "help_text": "The user who judged; null if a file of judgements was loaded.",
}
_BY = {
    "judgement": models.ForeignKey(on_delete=django.db.models.deletion.SET_NULL, **_USER),
    "judgementhistory": models.ForeignKey(
        on_delete=django.db.models.deletion.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_query_name="+",
        **_USER,
    ),
}


def _columns(model: str) -> list[migrations.operations.base.Operation]:
    """Return the changes of the table, or of its history."""
    return [
        migrations.AlterField(
            model,
            "kind",
            models.CharField(
                max_length=24, choices=[(name, name) for name in _KINDS.split()], help_text="Kind of both records."
            ),
        ),
        migrations.AlterField(
            model,
            "reason",
            models.CharField(max_length=500, blank=True, default="", help_text="Reason of the judgement."),
        ),
        migrations.AlterField(
            model,
            "decided_at",
            models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="Time of the judgement."
            ),
        ),
        migrations.AddField(
            model,
            "verdict",
            models.CharField(
                max_length=16, choices=_VERDICTS, default="different", db_default="different", help_text="What was found."
            ),
        ),
        migrations.AddField(
            model,
            "gone_id",
            models.BigIntegerField(
                null=True, help_text="Of two that are the same: key of the one that was merged into the other."
            ),
        ),
        migrations.AddField(
            model,
            "stays_version",
            models.PositiveIntegerField(
                null=True,
                help_text="Of two that are the same: version of the other after the merge;"
                " updated when a later merge is taken back.",
            ),
        ),
        migrations.AddField(model, "decided_by", _BY[model]),
    ]


_SAME = models.Q(("verdict", "same"))
_RULES: list[models.BaseConstraint] = [
    models.UniqueConstraint(
        fields=["kind", "one_id", "other_id"],
        name="judgement_once",
        violation_error_message="This pair has been judged already; take that judgement back first.",
    ),
    models.CheckConstraint(
        condition=models.Q(("verdict__in", ["same", "different", "unsure"])),
        name="judgement_verdict",
        violation_error_message="“verdict” holds no known code.",
    ),
    models.CheckConstraint(
        condition=models.Q(("one_id__lt", models.F("other_id"))),
        name="judgement_in_order",
        violation_error_message="Of two judged records, the one with the lower key must come first.",
    ),
    models.CheckConstraint(
        condition=models.Q(("gone_id__isnull", False), ("verdict", "same"))
        & (models.Q(("gone_id", models.F("one_id"))) | models.Q(("gone_id", models.F("other_id"))))
        | ~_SAME & models.Q(("gone_id__isnull", True)),
        name="judgement_gone",
        violation_error_message="Of two records that are the same, and only of those, one was merged into the other.",
    ),
    models.CheckConstraint(
        condition=models.Q(("verdict", "different")) | ~models.Q(("reason", "")),
        name="judgement_reason",
        violation_error_message="State the reason of the judgement.",
    ),
]


class Migration(GroupedMigration):
    """Rename a table, add three columns, and make the list of what a merge did to each row."""

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL), ("registry", "0045_uncertainty")]

    operations = [
        migrations.RenameModel("Distinction", "Judgement"),
        migrations.RenameModel("DistinctionHistory", "JudgementHistory"),
        migrations.RemoveConstraint("judgement", "distinction_once"),
        migrations.RemoveConstraint("judgement", "distinction_in_order"),
        *_columns("judgement"),
        *_columns("judgementhistory"),
        *(migrations.AddConstraint("judgement", rule) for rule in _RULES),
        migrations.AddIndex(
            "judgement",
            models.Index(
                fields=["kind", "gone_id"], name="judgement_gone_record", condition=models.Q(("gone_id__isnull", False))
            ),
        ),
        migrations.CreateModel(
            "MergedRow",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "judgement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="registry.judgement"
                    ),
                ),
                ("table", models.CharField(max_length=63, help_text="Table of the row.")),
                ("row_id", models.BigIntegerField(help_text="Key of the row.")),
                (
                    "before",
                    models.BigIntegerField(null=True, help_text="The last event of the row's history before the merge."),
                ),
                ("after", models.BigIntegerField(null=True, help_text="The last event of the row's history in the merge.")),
                (
                    "twin_id",
                    models.BigIntegerField(
                        null=True, help_text="The row that stayed in place of one that was dropped, if there is one."
                    ),
                ),
            ],
            options={"ordering": ["id"], "default_permissions": ()},
        ),
    ]
