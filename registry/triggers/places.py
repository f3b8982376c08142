"""What follows from a geometry: the countries it lies in, the pieces and unions of boundaries."""

from typing import Any

import pgtrigger

from registry.triggers.children import OfStatement
from registry.triggers.plans import PAIRS
from registry.triggers.refusals import one_line


class Locate(pgtrigger.Trigger):
    """Note in which countries a geometry lies, by the boundaries the registry holds."""

    name = "locate"
    when = pgtrigger.Before

    def __init__(self, *columns: str) -> None:
        """Name the geometry columns, the one that counts first."""
        super().__init__(operation=pgtrigger.Insert | pgtrigger.UpdateOf(*columns, "located_in"))
        self.columns = columns

    def get_func(self, model: Any) -> str:
        """Ask once per row that is new or moved."""
        geometry = ", ".join(f"NEW.{c}" for c in self.columns)
        return f"NEW.located_in := registry_countries_at(COALESCE({geometry})); RETURN NEW;"


class CutBoundary(pgtrigger.Trigger):
    """Cut a country's shape into small pieces, and ask again where the records in and around it lie."""

    name = "cut_boundary"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("boundary")

    def get_func(self, model: Any) -> str:
        """Replace the pieces; records are asked through their own `locate` trigger."""
        again = "".join(
            f"UPDATE {table} SET located_in = located_in WHERE {geometry} && COALESCE(NEW.boundary, OLD.boundary)"
            f" OR NEW.id = ANY (located_in);"
            for table, geometry in (
                ("registry_deposit", "geometry"),
                ("registry_prospectingobject", "geometry"),
                ("registry_license", "area"),
            )
        )
        return one_line(f"""
            IF TG_OP = 'UPDATE' AND NEW.boundary IS NOT DISTINCT FROM OLD.boundary THEN RETURN NULL; END IF;
            DELETE FROM registry_countrypiece WHERE country_id = NEW.id;
            INSERT INTO registry_countrypiece (country_id, shape)
            SELECT NEW.id, ST_Subdivide(NEW.boundary, 64) WHERE NEW.boundary IS NOT NULL;
            {again}
            RETURN NULL;
        """)


class UniteRegion(OfStatement):
    """Keep the shape of a region the union of its members' shapes."""

    def __init__(self, operation: pgtrigger.Operation, region: str) -> None:
        """Name the column of the changed table that holds the region; none on the table of countries itself."""
        super().__init__(operation, "unite_region")
        self.region = region

    def get_func(self, model: Any) -> str:
        """Unite anew the regions that the statement touched."""
        if self.region:
            touched = " UNION ".join(f"SELECT {self.region} FROM {rows}" for rows in self.rows)
        else:
            moved = (
                f"SELECT n.id FROM {PAIRS} WHERE n.boundary IS DISTINCT FROM o.boundary"
                if self.operation == pgtrigger.Update
                else f"SELECT id FROM {self.rows[0]}"
            )
            touched = f"SELECT region_id FROM registry_regionmember WHERE country_id IN ({moved})"
        return one_line(f"""
            IF NOT EXISTS ({touched}) THEN RETURN NULL; END IF;
            UPDATE registry_region r SET boundary = registry_region_shape(r.id)
            WHERE r.id IN ({touched});
            RETURN NULL;
        """)


def unite_regions(region: str = "") -> list[pgtrigger.Trigger]:
    """Give the triggers of a table on which the shapes of regions depend."""
    operations = (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)
    return [UniteRegion(operation, region) for operation in operations]
