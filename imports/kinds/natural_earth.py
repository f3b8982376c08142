"""Natural Earth: shapes of countries."""

from imports.kinds.kind import FileKind
from imports.source_card import SourceCard
from imports.values.draft import Draft
from imports.values.location import put_outline

_NO_CODE = "-99"


def fill(draft: Draft) -> None:
    """Fill a country. `ISO_A3` is -99 for France, Norway and others; `ADM0_A3` says it then."""
    own = draft.cell("ADM0_A3")
    stated = draft.cell("ISO_A3")
    code = stated if stated not in ("", _NO_CODE) else own
    if code not in draft.terms.iso3:
        draft.error(
            "not-a-country",
            f"“{draft.cell('ADMIN')[:60]}” is not a country of ISO 3166-1.",
            "ADM0_A3",
            own,
            "Remove the row; its shape belongs to no country of the registry.",
        )
        return
    draft.record |= {"iso3": code, "boundary_source": "Natural Earth, its de facto view of the borders"}
    put_outline(draft, "boundary")
    if "boundary" not in draft.record:
        draft.error("geometry-missing", "A country's row has no shape.", "geometry")


KIND = FileKind(
    name="natural-earth",
    title="Natural Earth: countries (Admin 0)",
    target="country",
    source=SourceCard(
        slug="natural-earth",
        title="Admin 0 – Countries",
        publisher="Natural Earth",
        url="https://www.naturalearthdata.com/",
        rights="Public domain",
    ),
    columns=("ADM0_A3", "ISO_A3", "ADMIN"),
    fill=fill,
)
