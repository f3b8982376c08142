"""Derive what belongs to one record of several kinds from one list: its checks name the columns in the order of the alphabet.

The checks stay what they are in the database, since the order of columns means nothing there; the indexes of the history
are made anew, since PostgreSQL uses one only for the very expression that it was made for.
"""

import django.db.models.functions
from django.db import migrations, models

import registry.constraints
from registry.migrations._together import Together

_OWNERS = {
    "Name": "commodity country deposit license organization policy_framework prospecting_object region",
    "ExternalId": (
        "citation commodity country deposit disagreement estimate finding license license_event organization"
        " policy_framework prospecting_object region source"
    ),
    "Citation": (
        "cited_source commodity country deposit estimate finding license license_event organization policy_framework"
        " prospecting_object region"
    ),
    "DisagreementMember": (
        "citation country deposit estimate finding license license_event organization policy_framework prospecting_object source"
    ),
    "FindingSubject": "commodity country deposit license organization policy_framework prospecting_object region",
}


def _operations() -> list[migrations.operations.base.Operation]:
    found: list[migrations.operations.base.Operation] = []
    for model, listed in _OWNERS.items():
        table, columns = model.lower(), listed.split()
        check = registry.constraints.SQLCheck(
            name=f"{table}_one_record",
            sql=f"num_nonnulls({', '.join(f'{c}_id' for c in columns)}) = 1",
            violation_error_message="Choose exactly one record.",
        )
        index = models.Index(django.db.models.functions.Coalesce(*columns), name=f"{table}_owner_then")
        old = f"registry_{table}history_belongs"
        found += [
            migrations.SeparateDatabaseAndState(
                state_operations=[
                    migrations.RemoveConstraint(table, f"{table}_one_record"),
                    migrations.AddConstraint(table, check),
                ]
            ),
            migrations.AddIndex(f"{table}history", index),
            migrations.RunSQL(f"DROP INDEX {old};", migrations.RunSQL.noop),
        ]
    return found


class Migration(migrations.Migration):
    """Five indexes, named by what they are for."""

    dependencies = [("registry", "0020_fold")]

    operations = [
        Together(_operations()),
        *(
            migrations.AlterField(
                model,
                "kind",
                models.CharField(
                    max_length=24, choices=[(kind, kind) for kind in _OWNERS["Name"].split()], help_text="Kind of both records."
                ),
            )
            for model in ("distinction", "distinctionhistory")
        ),
    ]
