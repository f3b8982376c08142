"""Which facets are kept as bits, under which name, and where.

The tables are `registry_facetbits` (kind, facet, value, chunk, records, bits) and `registry_facetstale` (kind, record_id). A
chunk holds CHUNK records by their keys. Facets over the same column share their bits: countries are those of regions as well.
"""

from functools import cache

from django.db.models import F

from api.filters.facets import Facet
from api.query.facet_names import facets_of
from api.resources.resource import Resource
from registry.sql import Sql, compiled

#: Records of a chunk: as many bits as a row holds without being stored elsewhere.
CHUNK_BITS = 13
CHUNK = 1 << CHUNK_BITS
#: The facet that every public record has, and the value of records without one.
EVERY, UNKNOWN = "", ""
NO_BITS = compiled(f"repeat('0', {CHUNK})::bit({CHUNK})")


def is_kept(resource: Resource) -> bool:
    """Return whether the facets of a resource are kept: of those that a map shows, which can be a million."""
    return resource.located


@cache
def kept_facets(resource: Resource) -> dict[str, tuple[str, Facet]]:
    """Return the kept facets of a resource by the name of their filter, each with the name of its bits."""
    if not is_kept(resource):
        return {}
    found = {name: one for name, one in facets_of(resource).items() if one.columns or one.watched}
    return {name: (_bits_of(resource, name, one), one) for name, one in found.items()}


def _bits_of(resource: Resource, name: str, facet: Facet) -> str:
    if facet.rows is None and isinstance(facet.value, F):
        return str(resource.model._meta.get_field(str(facet.columns[0])).attname)  # type: ignore[union-attr]
    return name


def bits_of(record: str) -> Sql:
    """Return the aggregate of the bits of records of one chunk; `record` is SQL."""
    return compiled(f"registry_bits(({record} & {CHUNK - 1})::int, 1)")


def chunk_of(record: str) -> Sql:
    """Return the number of the chunk of a record; `record` is SQL."""
    return compiled(f"({record} >> {CHUNK_BITS})::int")
