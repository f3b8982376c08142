"""Which records a disagreement is about, derived from its sides by the triggers that are installed after every migrate."""

from typing import Any

import pghistory.utils
from django.db import migrations, models
from django.db.models.expressions import RawSQL

from registry.migrations._together import Together

_ID: Any = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
_TRANSACTION: Any = models.BigIntegerField(
    db_default=RawSQL("(pg_current_xact_id()::text::bigint)", ()),
    editable=False,
    help_text="The transaction that wrote the row.",
)
_KINDS = {
    "deposit": "deposit",
    "estimate": "resourceestimate",
    "prospecting_object": "prospectingobject",
    "license": "license",
    "license_event": "licenseevent",
    "policy_framework": "policyframework",
    "organization": "organization",
    "country": "country",
    "region": "region",
    "commodity": "commodity",
    "finding": "finding",
    "source": "source",
}


def _key(to: str, **options: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        f"registry.{to}", on_delete=models.DO_NOTHING, db_constraint=False, **{"db_index": False, **options}
    )


def _columns(of_history: bool) -> list[tuple[str, Any]]:
    def names(name: str) -> dict[str, str]:
        return {"related_name": "+", "related_query_name": "+"} if of_history else {"related_name": name}

    return [
        ("disagreement", _key("disagreement", **names("concerns"))),
        ("member", _key("disagreementmember", **names("concerns"))),
        ("about", models.CharField(max_length=24, help_text="Kind of the record that the chain ends at.")),
        ("path", models.CharField(max_length=200, help_text="The steps from the side to the record.")),
        ("citing_source", _key("source", null=True, **names("+"))),
        *((kind, _key(to, null=True, **names("concerns"))) for kind, to in _KINDS.items()),
    ]


_INDEXES = [
    models.Index(fields=["disagreement"], name="concern_disagreement"),
    *(models.Index(fields=[kind], condition=models.Q(**{f"{kind}__isnull": False}), name=f"concern_{kind}") for kind in _KINDS),
]
# By these the history finds what concerned a record.
_HISTORY = "".join(
    f"CREATE INDEX concernhistory_{kind} ON registry_concernhistory ({kind}_id) WHERE {kind}_id IS NOT NULL;" for kind in _KINDS
)


class Migration(migrations.Migration):
    """One table, derived, and its history."""

    dependencies = [("registry", "0015_accounts")]
    operations = [
        Together(
            [
                migrations.CreateModel(
                    "Concern",
                    [("id", _ID), *_columns(of_history=False)],
                    {"ordering": ["id"], "indexes": _INDEXES},
                ),
                migrations.CreateModel(
                    "ConcernHistory",
                    [
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("pgh_transaction", _TRANSACTION),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("pgh_obj", _key("concern", db_index=True, related_name="history")),
                        ("id", models.BigIntegerField()),
                        *_columns(of_history=True),
                    ],
                    {"abstract": False, "default_permissions": ("view",)},
                ),
            ]
        ),
        migrations.RunSQL(_HISTORY, migrations.RunSQL.noop),
    ]
