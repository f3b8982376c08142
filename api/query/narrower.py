"""What to ask for instead, when a query takes too long."""

from api.query.list_query import ListQuery, parameters_of


def narrower(query: ListQuery) -> str:
    """Describe which filter of a query to narrow, or which to add."""
    narrowed = {c.shape if isinstance(c.shape, str) else c.shape[0] for c in query.clauses}  # type: ignore[index]
    if query.count == "exact":
        return "Use count=estimate, or no count."
    if narrowed & {"bbox", "intersects"}:
        return "Use a smaller “bbox” or “intersects”."
    if query.near:
        return "Use a smaller “radius_km”."
    narrowing = [name for name in ("country", "region", "bbox") if name in parameters_of(query.resource)]
    if "search" in narrowed:
        return f"Use a longer search word, or add {' or '.join(narrowing) or 'another filter'}."
    return f"Add a filter, such as {' or '.join(narrowing) or 'search'}, or lower the limit."
