"""Western Australia: all mining tenements by centroid, without outlines, status or dates (made from DMIRS-003)."""

from imports.kinds.kind import FileKind
from imports.kinds.wa_tenements import KINDS, SOURCE, put_identity
from imports.values.codes import put_code
from imports.values.draft import Draft
from imports.values.holders import put_holders
from imports.values.numbers import number, number_in


def fill(draft: Draft) -> None:
    """Fill a licence. A centroid is no outline, so the licence gets no place; its citation states the point."""
    put_identity(draft)
    put_code(draft, "type_from_prefix", "kind", KINDS, "kind_as_stated")
    holders = [("holders", name) for text in draft.cell("holders").split("|") if (name := text.strip())]
    put_holders(draft, holders)
    counted = number(draft, "n_holders")
    if counted is not None and counted != len(holders):
        draft.warn(
            "holders-miscounted", f"The row counts {counted:g} holders and names {len(holders)}.", "n_holders", f"{counted:g}"
        )
    point = []
    for column, most in (("longitude", 180), ("latitude", 90)):
        value = number_in(draft.cell(column))
        if value is None or abs(value) > most:
            draft.warn(
                "coordinates-out-of-range", "The coordinates of the centroid are out of range.", column, draft.cell(column)
            )
        else:
            point.append(value)
    if len(point) == 2:
        draft.record["location"] = (point[0], point[1])


KIND = FileKind(
    name="wa-tenement-centroids",
    title="Western Australia: mining tenements by centroid",
    target="license",
    source=SOURCE,
    columns=("tenid", "type_from_prefix", "holders"),
    fill=fill,
)
