"""Say of every located record how its uncertainty is known, and compute it where the printed coordinates show it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import migrations, models

import registry.constraints
from registry.geo.uncertainty import printed_uncertainty
from registry.migrations._together import GroupedMigration

_BATCH = 10_000
_FILL = {
    name: f"UPDATE registry_{name.lower()} t SET location_uncertainty_m = u.metres, uncertainty_basis = u.basis"  # noqa: S608
    " FROM unnest(%s::bigint[], %s::float8[], %s::text[]) u(id, metres, basis) WHERE t.id = u.id"
    for name in ("Deposit", "ProspectingObject")
}


def note_uncertainties(apps: Any, schema_editor: Any) -> None:
    """Fill in what follows from `coordinates_as_printed`; what a source or a curator stated stays."""
    for name in _FILL:
        model = apps.get_model("registry", name)
        placed = models.Q(location__isnull=False) | models.Q(footprint__isnull=False)
        unstated = model._base_manager.filter(placed, uncertainty_basis__isnull=True)
        rows = unstated.values_list("id", "coordinates_as_printed", "location_kind").iterator(_BATCH)
        for batch in batched(rows, _BATCH):
            shown = [printed_uncertainty(text, kind) for _, text, kind in batch]
            with schema_editor.connection.cursor() as cursor:
                cursor.execute(
                    _FILL[name],
                    [
                        [key for key, _, _ in batch],
                        [one.location_uncertainty_m for one in shown],
                        [one.uncertainty_basis for one in shown],
                    ],
                )


def batched(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Cut an iterator into lists."""
    while batch := list(islice(rows, size)):
        yield batch


class Migration(GroupedMigration):
    """The basis of an uncertainty is null only where there is no location."""

    dependencies = [
        ("registry", "0057_reports"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="deposit",
            name="deposit_uncertainty_basis",
        ),
        migrations.RemoveConstraint(
            model_name="deposit",
            name="deposit_uncertainty",
        ),
        migrations.RemoveConstraint(
            model_name="prospectingobject",
            name="prospecting_uncertainty_basis",
        ),
        migrations.RemoveConstraint(
            model_name="prospectingobject",
            name="prospecting_uncertainty",
        ),
        migrations.AlterField(
            model_name="deposit",
            name="location_uncertainty_m",
            field=models.FloatField(
                blank=True, help_text="Uncertainty radius in metres; null if neither stated nor shown by the print.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="deposit",
            name="uncertainty_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stated", "Stated by the source"),
                    ("printed_precision", "From the precision of the printed coordinates"),
                    ("curator", "Judged by a curator"),
                    ("not_stated", "Neither stated nor shown by the print"),
                ],
                help_text="Basis of the uncertainty; `not_stated` if no source states one and the print shows none.",
                max_length=24,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="deposithistory",
            name="location_uncertainty_m",
            field=models.FloatField(
                blank=True, help_text="Uncertainty radius in metres; null if neither stated nor shown by the print.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="deposithistory",
            name="uncertainty_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stated", "Stated by the source"),
                    ("printed_precision", "From the precision of the printed coordinates"),
                    ("curator", "Judged by a curator"),
                    ("not_stated", "Neither stated nor shown by the print"),
                ],
                help_text="Basis of the uncertainty; `not_stated` if no source states one and the print shows none.",
                max_length=24,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="prospectingobject",
            name="location_uncertainty_m",
            field=models.FloatField(
                blank=True, help_text="Uncertainty radius in metres; null if neither stated nor shown by the print.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="prospectingobject",
            name="uncertainty_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stated", "Stated by the source"),
                    ("printed_precision", "From the precision of the printed coordinates"),
                    ("curator", "Judged by a curator"),
                    ("not_stated", "Neither stated nor shown by the print"),
                ],
                help_text="Basis of the uncertainty; `not_stated` if no source states one and the print shows none.",
                max_length=24,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="prospectingobjecthistory",
            name="location_uncertainty_m",
            field=models.FloatField(
                blank=True, help_text="Uncertainty radius in metres; null if neither stated nor shown by the print.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="prospectingobjecthistory",
            name="uncertainty_basis",
            field=models.CharField(
                blank=True,
                choices=[
                    ("stated", "Stated by the source"),
                    ("printed_precision", "From the precision of the printed coordinates"),
                    ("curator", "Judged by a curator"),
                    ("not_stated", "Neither stated nor shown by the print"),
                ],
                help_text="Basis of the uncertainty; `not_stated` if no source states one and the print shows none.",
                max_length=24,
                null=True,
            ),
        ),
        migrations.RunPython(note_uncertainties, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("uncertainty_basis__in", ["stated", "printed_precision", "curator", "not_stated"]),
                    ("uncertainty_basis__isnull", True),
                    _connector="OR",
                ),
                name="deposit_uncertainty_basis",
                violation_error_message="“uncertainty_basis” holds no known code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deposit",
            constraint=registry.constraints.SQLCheck(
                name="deposit_uncertainty",
                sql="(location_uncertainty_m IS NULL) = (uncertainty_basis IS NULL OR uncertainty_basis = 'not_stated') AND (location_uncertainty_m IS NULL OR location_uncertainty_m > 0) AND (uncertainty_basis IS NULL OR location IS NOT NULL OR footprint IS NOT NULL)",
            ),
        ),
        migrations.AddConstraint(
            model_name="prospectingobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("uncertainty_basis__in", ["stated", "printed_precision", "curator", "not_stated"]),
                    ("uncertainty_basis__isnull", True),
                    _connector="OR",
                ),
                name="prospecting_uncertainty_basis",
                violation_error_message="“uncertainty_basis” holds no known code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="prospectingobject",
            constraint=registry.constraints.SQLCheck(
                name="prospecting_uncertainty",
                sql="(location_uncertainty_m IS NULL) = (uncertainty_basis IS NULL OR uncertainty_basis = 'not_stated') AND (location_uncertainty_m IS NULL OR location_uncertainty_m > 0) AND (uncertainty_basis IS NULL OR location IS NOT NULL OR footprint IS NOT NULL)",
            ),
        ),
    ]
