"""By which identifiers a record is found: its slug, its uid, and the other codes that it shows."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet

from api.database.bound import Bound, Condition
from api.errors import BadParameter
from api.filters import lookups
from api.filters.aliases import aliased
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.merged import survivor
from api.filters.parameters import several, uid_of, word
from api.filters.queryables import Queryable
from registry.kinds import kind_of_model
from registry.sql import sql
from registry.vocabularies import RecordStatus


class SlugFilter(Filter):
    """The record's own slug, in any letter case."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of several slugs."""
        same = Condition("lower(%s) = ANY (%s)", F("slug"), Bound(name, "text[]"))

        def clause(given: str) -> Clause:
            return Clause(
                name, lambda rows: rows.filter(same), {name: [word(name, one).lower() for one in several(name, given)]}
            )

        text = "Slugs, separated by commas, in any letter case: these records only. Unknown slugs find nothing."
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string"}})


class UidFilter(Filter):
    """The record's uid."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of several uids."""

        def read(one: str) -> str:
            uid = uid_of(one)
            if uid is None:
                raise BadParameter(f"“{one[:60]}” is not a uid; it has the form 01234567-89ab-cdef-0123-456789abcdef.", name)
            return str(uid)

        def clause(given: str) -> Clause:
            keep = Bound(name, "uuid[]")
            values = {name: [read(one) for one in several(name, given)]}
            return Clause(name, lambda rows: rows.filter(uid__any_of=keep), values)

        text = "Uids, separated by commas: these records only. Unknown uids find nothing."
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string", "format": "uuid"}})


class ExternalIdFilter(Filter):
    """What another register calls the record, or one of its citations or events; every kind of record has it."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition: scheme, a colon, the id."""
        kind = kind_of_model(model)
        if kind is None:
            return

        def clause(given: str) -> Clause:
            scheme, colon, value = word(name, given).partition(":")
            if not colon or not scheme or not value:
                raise BadParameter("The value must be scheme:id, e.g. mrds:10207324.", name)
            ids = lookups.records_with_external_id(kind, scheme, value)
            return Clause(name, lambda rows: rows.filter(id__any_of=Bound(name, "bigint[]")), {name: ids})

        text = "Id in another register as `scheme:value`: the record's own, or that of one of its citations or events."
        yield Parameter(name, clause, text, {"type": "string"}, "mrds:10207324")
        yield self._has_none(name, model)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable | None:
        """Hold every id as `scheme:value`."""
        kind = kind_of_model(model)
        if kind is None:
            return None
        rows = lookups.external_ids(kind, F("id"))
        listed = sql("ARRAY(SELECT scheme || ':' || value FROM ({rows}) ids)", rows=rows)
        known = Condition.of(sql("{id} IN ({having})", id=F("id"), having=lookups.having_external_ids(kind)))
        return Queryable.of_list(name, Condition.of(listed), "Ids in other registers as `scheme:value`.", known=known)


def slug_elsewhere(model: Any, given: str, narrow: Callable[[QuerySet[Any]], QuerySet[Any]]) -> str | None:
    """Return the slug of the public record that a uid, another code or an alias leads to, None if there is none.

    The uid of a merged record leads to the one that it was merged into. `narrow` keeps to what a resource shows.
    """
    if "\x00" in given:
        return None
    uid = uid_of(given)
    also = aliased(model, given)
    identified = Q(uid=uid) if uid else Q(pk=also[0]) if also else Q(pk__in=())
    for column in () if uid else model.codes:
        identified |= Q(**{f"{column}__iexact": given})
    rows = model._base_manager.filter(identified)
    found = narrow(rows.filter(record_status=RecordStatus.PUBLISHED)).values_list("slug", flat=True).first()
    if found is None and uid:
        merged = rows.filter(record_status=RecordStatus.MERGED).values_list("slug", flat=True).first()
        return survivor(model, merged, narrow) if merged else None
    return str(found) if found else None
