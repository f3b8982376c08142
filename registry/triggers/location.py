"""What follows from a geometry: the countries it lies in, the pieces and unions of boundaries."""

from collections.abc import Iterator

from django.db import models

from registry.derived.steps import WRITES, Layer, Operation, Step, after, before
from registry.kinds import LOCATED
from registry.triggers.base import Trigger, changed, pairs


class Locate(Trigger):
    """Note in which countries a geometry lies, by the boundaries that the registry holds."""

    def __init__(self, *columns: str) -> None:
        """Name the geometry columns, the one that counts first."""
        self.columns = columns

    def place(self, row: str) -> str:
        """Return the geometry of a row."""
        return f"COALESCE({', '.join(f'{row}.{column}' for column in self.columns)})"

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Look once per row that is new or moved; nobody writes the result by hand.

        The queries stand here and not in `registry_countries_at` and its like, whose call would cost as much again.
        """
        place = self.place("NEW")
        moved = " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in (*self.columns, "located_in"))
        yield before(
            model._meta.db_table,
            Layer.PLACES,
            "locate",
            "note the countries and the disputed areas in which the geometry lies",
            f"""
                IF TG_OP = 'INSERT' OR NEW.located_in IS NULL OR {moved} THEN
                    NEW.located_in := ARRAY(SELECT DISTINCT country_id FROM registry_countrypiece
                        WHERE ST_Intersects(shape, {place}) ORDER BY country_id);
                    NEW.disputed_in := ARRAY(SELECT id FROM registry_disputedarea
                        WHERE record_status = 'published' AND ST_Intersects(boundary, {place}) ORDER BY id);
                    NEW.undisputed_in := CASE WHEN NEW.disputed_in <> '{{}}' THEN registry_undisputed_in({place}) END;
                END IF;
            """,
            reads=(*self.columns, "registry_countrypiece.shape", "registry_disputedarea.boundary"),
        )


class NoteUnstatedUncertainty(Trigger):
    """Say of a located record without a stated or printed uncertainty that it has none."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Fill the basis in where nobody gave one, and take that back when the location goes."""
        yield before(
            model._meta.db_table,
            Layer.PLACES,
            "note_unstated_uncertainty",
            "note that the uncertainty of a location is not stated",
            """
                IF NEW.location_uncertainty_m IS NULL AND COALESCE(NEW.uncertainty_basis, 'not_stated') = 'not_stated' THEN
                    NEW.uncertainty_basis := CASE
                        WHEN NEW.location IS NOT NULL OR NEW.footprint IS NOT NULL THEN 'not_stated'
                    END;
                END IF;
            """,
            reads=("location", "footprint", "location_uncertainty_m", "uncertainty_basis"),
        )


class CutBoundary(Trigger):
    """Cut a country's shape into small pieces, and look again where the records in and around it lie."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Replace the pieces; a record whose countries are emptied has them noted again by its `locate` step."""
        reached = "COALESCE(country.new_boundary, country.old_boundary)"
        again = "\n".join(
            f"UPDATE {kind.table} SET located_in = NULL WHERE {kind.located_by} && {reached} OR country.id = ANY (located_in);"
            for kind in LOCATED.values()
        )
        rows = {
            Operation.INSERT: "SELECT n.id, n.boundary AS new_boundary, NULL::geometry AS old_boundary FROM new_rows n"
            " WHERE n.boundary IS NOT NULL",
            Operation.UPDATE: "SELECT n.id, n.boundary AS new_boundary, o.boundary AS old_boundary FROM "
            + pairs(changed(("boundary",))),
        }
        bodies = {
            operation: f"""
                FOR country IN {moved} LOOP
                    DELETE FROM registry_countrypiece WHERE country_id = country.id;
                    INSERT INTO registry_countrypiece (country_id, shape)
                    SELECT country.id, ST_Subdivide(country.new_boundary, 64) WHERE country.new_boundary IS NOT NULL;
                    {again}
                END LOOP;
            """
            for operation, moved in rows.items()
        }
        purpose = "cut a new shape of a country into pieces, and locate again the records in and around it"
        yield from after(
            model._meta.db_table,
            Layer.BOUNDARIES,
            "cut_boundary",
            purpose,
            bodies,
            reads=("boundary",),
            variables="country record;",
        )


class LocateAgain(Trigger):
    """Look again where the records in and around a disputed area lie, when its shape or its publication changes."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Have the `locate` step of each record note it."""
        reached = (
            "COALESCE(ST_Collect(disputed.new_boundary, disputed.old_boundary), disputed.new_boundary, disputed.old_boundary)"
        )
        again = "\n".join(
            f"UPDATE {kind.table} SET located_in = NULL WHERE {kind.located_by} && {reached};" for kind in LOCATED.values()
        )
        rows = {
            Operation.INSERT: "SELECT n.boundary AS new_boundary, NULL::geometry AS old_boundary FROM new_rows n"
            " WHERE n.boundary IS NOT NULL AND n.record_status = 'published'",
            Operation.UPDATE: "SELECT n.boundary AS new_boundary, o.boundary AS old_boundary FROM "
            + pairs(changed(("boundary", "record_status"))),
            Operation.DELETE: "SELECT NULL::geometry AS new_boundary, o.boundary AS old_boundary FROM old_rows o"
            " WHERE o.boundary IS NOT NULL",
        }
        yield from after(
            model._meta.db_table,
            Layer.BOUNDARIES,
            "locate_again",
            "locate again the records in and around a disputed area",
            {operation: f"FOR disputed IN {moved} LOOP\n{again}\nEND LOOP;" for operation, moved in rows.items()},
            reads=("boundary", "record_status"),
            variables="disputed record;",
        )


class LocatePartiesAgain(Trigger):
    """Look again at the records in a disputed area when who claims or administers it changes."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Have the `locate` step of each record note it."""
        again = "\n".join(
            f"UPDATE {kind.table} SET located_in = NULL WHERE disputed_in <> '{{}}' AND disputed_in && areas;"
            for kind in LOCATED.values()
        )
        bodies = {
            operation: f"areas := ARRAY({' UNION '.join(f'SELECT area_id FROM {r}' for r in operation.transition.values())});\n"
            + again
            for operation in WRITES
        }
        yield from after(
            model._meta.db_table,
            Layer.BOUNDARIES,
            "locate_again",
            "render again the records in a disputed area whose parties change",
            bodies,
            reads=("area_id", "country_id"),
            variables="areas bigint[];",
        )


class UniteRegions(Trigger):
    """Keep the shape of a region the union of its members' shapes."""

    def __init__(self, region: str = "") -> None:
        """Name the column of the table that holds the region; none on the table of countries itself."""
        self.region = region

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Unite the regions that the statement touched again."""
        bodies = {operation: self._unite(self._touched(operation)) for operation in WRITES}
        purpose = "unite the shapes of the regions whose members changed"
        reads = (self.region or "boundary",)
        yield from after(model._meta.db_table, Layer.BOUNDARIES, "unite_regions", purpose, bodies, reads=reads)

    def _unite(self, touched: str) -> str:
        shape = "UPDATE registry_region r SET boundary = registry_region_shape(r.id)"
        return f"IF EXISTS ({touched}) THEN {shape} WHERE r.id IN ({touched}); END IF;"

    def _touched(self, operation: Operation) -> str:
        rows = tuple(operation.transition.values())
        if self.region:
            return " UNION ".join(f"SELECT {self.region} FROM {one}" for one in rows)
        moved = (
            f"SELECT n.id FROM {pairs(changed(('boundary',)))}"
            if operation is Operation.UPDATE
            else f"SELECT id FROM {rows[0]}"
        )
        return f"SELECT region_id FROM registry_regionmember WHERE country_id IN ({moved})"
