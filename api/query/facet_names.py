"""By which facets the records of a resource can be counted, and how a request names them."""

from functools import cache

from api.errors import BadParameter
from api.filters.columns import Filter
from api.filters.facets import Facet
from api.filters.parameters import nearest, several
from api.resources.resource import Resource

#: How many facets one request counts at most.
MAX_FACETS = 12


@cache
def facets_of(resource: Resource) -> dict[str, Facet]:
    """Return what the records of a resource can be counted by, by name."""
    declared = ((name, one) for name, one in resource.filters.declared.items() if isinstance(one, Filter))
    found = ((name, one.facet(name, resource.model)) for name, one in declared)
    return {name: facet for name, facet in found if facet is not None}


def read_facets(resource: Resource, given: str) -> tuple[str, ...]:
    """Read the names of facets; raises BadParameter."""
    known = facets_of(resource)
    names = tuple(dict.fromkeys(several("facet", given)))
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            raise BadParameter(f"This list cannot be counted by “{name[:60]}”.{hint}", "facet", list(known))
    if len(names) > MAX_FACETS:
        raise BadParameter(f"A request can count by at most {MAX_FACETS} facets.", "facet")
    return names
