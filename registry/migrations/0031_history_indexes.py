"""The indexes of the history by the records that show a row, as models declare them; those that were made by hand are renamed.

Estimates and sites of licences had one over both of the records that they can belong to, which no query used.
"""

from django.db import migrations, models
from django.db.backends.utils import names_digest

from registry.migrations._initial.changes import _SEVERAL
from registry.migrations._together import Together

#: Table → the columns by which records of the past are asked for its rows; `?`: indexed where it is not null.
_INDEXES = {
    "citation": "source",
    "commodity": "element?",
    "commoditymember": "group member",
    "concern": "disagreement member deposit? estimate? prospecting_object? license? policy_framework? country? region? commodity? organization? source? finding? license_event?",
    "depositcommodity": "deposit",
    "deposit": "parent?",
    "depositparty": "deposit organization",
    "disagreementmember": "disagreement",
    "finding": "source",
    "findinglink": "finding other",
    "findingsubject": "finding",
    "frameworkcommodity": "framework",
    "frameworkevent": "framework",
    "frameworkparty": "framework country? organization?",
    "frameworkregion": "framework",
    "grade": "estimate",
    "licensecommodity": "license",
    "licenseevent": "license",
    "license": "legal_basis?",
    "licenseparty": "license organization?",
    "licensesite": "license deposit? prospecting_object?",
    "organization": "parent?",
    "policyframework": "parent? supersedes?",
    "prospectingcommodity": "prospecting_object",
    "prospectingobject": "member_of? became_deposit?",
    "reeschemeclass": "scheme element",
    "region": "parent?",
    "regionmember": "region country",
    "resourceestimate": "deposit? prospecting_object? supersedes?",
    "source": "derived_from?",
    "sourcepublisher": "source organization",
}
_LONGEST = models.Index.max_name_length


def _index(table: str, column: str, null: bool) -> models.Index:
    name = f"{table}_{column}_then"
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 9]}_{names_digest(name, length=8)}"
    return models.Index(fields=[column], name=name, condition=models.Q(**{f"{column}__isnull": False}) if null else None)


def _made_by_hand(table: str, column: str) -> str:
    if table == "concern":
        return "" if column in ("disagreement", "member") else f"concernhistory_{column}"
    return f"registry_{table}history_{column}" if column in _SEVERAL.get(table, ()) else ""


def _operations() -> list[migrations.operations.base.Operation]:
    found: list[migrations.operations.base.Operation] = []
    for table, columns in _INDEXES.items():
        for column in columns.split():
            index = _index(table, column.rstrip("?"), column.endswith("?"))
            operation = migrations.AddIndex(f"{table}history", index)
            if old := _made_by_hand(table, column.rstrip("?")):
                rename = migrations.RunSQL(
                    f'ALTER INDEX "{old}" RENAME TO "{index.name}"', f'ALTER INDEX "{index.name}" RENAME TO "{old}"'
                )
                operation = migrations.SeparateDatabaseAndState([rename], [operation])
            found.append(operation)
    return found


class Migration(migrations.Migration):
    """Most are renamed and need no time; the new ones are over small tables."""

    dependencies = [("registry", "0025_public_concerns")]

    operations = [
        Together(_operations()),
        migrations.RunSQL(
            "DROP INDEX registry_licensesitehistory_belongs, registry_resourceestimatehistory_belongs",
            "CREATE INDEX registry_licensesitehistory_belongs ON registry_licensesitehistory"
            " ((COALESCE(deposit_id, prospecting_object_id)));"
            "CREATE INDEX registry_resourceestimatehistory_belongs ON registry_resourceestimatehistory"
            " ((COALESCE(deposit_id, prospecting_object_id)));",
        ),
    ]
