"""Conditions under which the registry doubts what a record states; each stands in a partial index and in the queries for it.

PostgreSQL has statistics of each condition (migration 0079), so that it knows of how few records it is true. It finds them
because the condition is written as one expression that IS TRUE, in the index and in queries: a plain AND is estimated part by
part.
"""

from typing import Any

from django.db import models
from django.db.models import Func

from registry.vocabularies import RecordStatus

#: How far the area of an outline may be from the declared one, as a share of the larger.
AREA_TOLERANCE = 0.1


class OutsideStatedCountry(Func):
    """The geometry lies in countries, and the stated one is none of them; over `located_in` and `country`."""

    output_field: Any = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Write the two columns where the condition has them."""
        located, country, *_ = (compiler.compile(one)[0] for one in self.source_expressions)
        return f"((cardinality({located}) > 0 AND {country} <> ALL ({located})) IS TRUE)", []


class OutsideAndUnclaimed(OutsideStatedCountry):
    """The same, and the country is no party to a disputed area of the geometry; over `disputed_in` too."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Ask of those alone that the index has."""
        outside, _ = super().as_sql(compiler, connection)
        located, country, disputed = (compiler.compile(one)[0] for one in self.source_expressions)
        return f"({outside} AND NOT registry_at_home({country}, {located}, {disputed}))", []


class Elsewhere(OutsideStatedCountry):
    """A geometry lies in other countries or in none, and not in the stated one; over `located_in`, `country` and a geometry."""

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Write the three columns where the condition has them."""
        located, country, geometry = (compiler.compile(one)[0] for one in self.source_expressions)
        return f"(({geometry} IS NOT NULL AND {country} <> ALL ({located})) IS TRUE)", []


class AreaDiffers(Func):
    """Two areas differ by more than a tenth of the larger; over the declared and the computed one."""

    output_field: Any = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        """Compare their difference with the larger."""
        one, other = (compiler.compile(each)[0] for each in self.source_expressions)
        return f"((abs({one} - {other}) > {AREA_TOLERANCE} * GREATEST({one}, {other})) IS TRUE)", []


def doubted(name: str, condition: Func) -> models.Index:
    """Return the index over the published records of which a condition is true."""
    return models.Index(
        fields=["id"], name=name, condition=models.Q(record_status=RecordStatus.PUBLISHED) & models.Q(condition)
    )


def elsewhere(geometry: str) -> Elsewhere:
    """Return the condition over the geometry of a kind; drafts have it too, for curators."""
    return Elsewhere(models.F("located_in"), models.F("country"), models.F(geometry))


def elsewhere_index(table: str, geometry: str) -> models.Index:
    """Return the index over the records, whatever their state, of which it is true."""
    return models.Index(fields=["id"], name=f"{table}_elsewhere", condition=models.Q(elsewhere(geometry)))


OUTSIDE = OutsideStatedCountry(models.F("located_in"), models.F("country"))
OUTSIDE_AND_UNCLAIMED = OutsideAndUnclaimed(models.F("located_in"), models.F("country"), models.F("disputed_in"))
AREA_DIFFERS = AreaDiffers(models.F("declared_area_km2"), models.F("computed_area_km2"))
