"""External ids of cards that another record has already, as when a file was loaded before there was a card."""

from registry import models as m
from registry.seeding.differences import Differences
from registry.seeding.rows import Row
from registry.targets import belongs_to


def without_taken_ids(found: Differences) -> list[str]:
    """Leave out new ids that records other than the cards' have, and say which: a merge of the two brings them together."""
    gone = {pk for ref, _, pk in found.gone if ref.model is m.ExternalId}
    wanted = {_key(row): row for row in found.new if row.ref.model is m.ExternalId}
    if not wanted:
        return []
    schemes, values = ({key[place] for key in wanted} for place in (0, 1))
    said, taken = [], set()
    for held in m.ExternalId.objects.filter(scheme__in=schemes, value__in=values).exclude(pk__in=gone):
        row = wanted.get((held.scheme, held.value))
        if row is None:
            continue
        taken.add(row.ref)
        other = next(getattr(held, column) for column in belongs_to(m.ExternalId) if getattr(held, f"{column}_id"))
        said.append(f"{row.owner}: the id {held} belongs to {getattr(other, 'slug', other)}; if both are the same, merge them")
    found.new = [row for row in found.new if row.ref not in taken]
    return sorted(said)


def _key(row: Row) -> tuple[str, str]:
    """Return scheme and value of the row of an id."""
    return str(row.values["scheme"]), str(row.values["value"])
