"""Areas in the units that cadastres use."""

from imports.values.draft import Draft
from imports.values.numbers import number
from imports.values.terms import folded
from registry.constraints import range_of
from registry.models import License

#: Square kilometres in one unit.
KM2 = {
    "ha": 0.01,
    "hectare": 0.01,
    "hectares": 0.01,
    "га": 0.01,
    "km2": 1.0,
    "km²": 1.0,
    "sq km": 1.0,
    "square kilometres": 1.0,
}
KM2 |= {"кв км": 1.0, "км2": 1.0, "m2": 1e-6, "acres": 0.0040468564224, "acre": 0.0040468564224}
#: Blocks of a graticule: how large one is, depends on where it lies.
_BLOCKS = {"bl", "block", "blocks", "graticular blocks"}


def put_area(draft: Draft, column: str, unit_column: str = "", unit: str = "") -> None:
    """Set the declared area of a licence in square kilometres; a number of blocks is reported, for it is no area."""
    value = number(draft, column, range_of(License, "declared_area_km2"))
    if value is None:
        return
    stated = (draft.cell(unit_column) if unit_column else unit or draft.units.get(column, "")).strip()
    name = folded(stated)
    if name in _BLOCKS:
        draft.record["declared_area_km2"] = None
        draft.record["description"] = f"Declared as {value:g} {'block' if value == 1 else 'blocks'}."
        draft.warn(
            "area-in-blocks",
            "Blocks are not an area; the number is added to the description.",
            unit_column or column,
            f"{value:g} {stated}",
        )
    elif name not in KM2:
        draft.warn(
            "area-unit-unknown",
            f"“{stated[:40]}” is not a known unit of area.",
            unit_column or column,
            stated,
            "Write ha or km2.",
        )
    else:
        draft.record["declared_area_km2"] = round(value * KM2[name], 10)
