"""Disagreements as the records that they are about show them, however a side leads there."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.facets import Facet, Watched
from api.filters.linked import ThroughFilter
from api.filters.parameters import boolean
from api.filters.queryables import Queryable, ValueType
from api.resources.fields import ListFromChildren, RenderedFromChildren, is_published
from api.resources.resource import MAX_CHILDREN
from registry.kinds import ALL, PARTS_OF_RECORDS, SIDES, RecordKind, kind_named
from registry.models import Concern
from registry.models.concerns import ABOUT, PUBLIC
from registry.public import LEAST_SIDES, sides_seen


def _table(name: str) -> str:
    return str(Concern._meta.get_field(name).related_model._meta.db_table)  # type: ignore[union-attr]


_KINDS: dict[Any, str] = {Concern._meta.get_field(kind).related_model: kind for kind in ABOUT}


def is_public_chain(alias: str) -> str:
    """Return the condition that each record of the chain `alias` is public now."""
    return " AND ".join(
        f"({key} IS NULL OR EXISTS (SELECT FROM {_table(name)} p WHERE p.id = {key} AND p.record_status = 'published'))"
        for name, key in ((name, f"{alias}.{name}_id") for name in PUBLIC)
    )


def side_slug(alias: str) -> str:
    """Return the slug of the side at which the chain `alias` begins."""
    slugs = " ".join(
        f"WHEN '{kind}' THEN (SELECT s.slug FROM {_table(carrier)} s WHERE s.id = {alias}.{carrier}_id)"
        for kind in SIDES
        for carrier in (_CARRIERS.get(kind, kind),)
    )
    return f"COALESCE(CASE split_part({alias}.path, '.', 1) {slugs} END, '')"


#: The record that carries a side, where it is not of the side's own kind.
_CARRIERS = {"citation": "citing_source", **{name: kind.part_of for name, kind in PARTS_OF_RECORDS.items()}}


def _public(rows: str, alias: str, model: Any) -> str:
    """Return the condition on the public chains `x` to a record; those of the past are public now as well."""
    kind = _KINDS[model]
    still = "" if rows == Concern._meta.db_table else f" AND {is_public_chain('x')}"
    return f"x.{kind}_id = {alias}.id AND x.about = '{kind}' AND x.is_public{still}"


@extend_schema_field({"type": "boolean", "description": "Whether sources disagree about the record."})
class Disputed(RenderedFromChildren):
    """Whether sources disagree about the record; `disagreement_links` says on which."""

    reads = "concerns"
    # No chain over a record that is not there is public; when it is, the chain is walked again.
    at_first = "false"
    sql_type = "boolean"

    def sql_from(self, rows: str, alias: str, model: Any) -> str:
        """Look for one public chain."""
        return f"EXISTS (SELECT FROM {rows} x WHERE {_public(rows, alias, model)})"

    def to_representation(self, record: Any) -> bool:
        """Search for the same by the ORM."""
        return bool(_chains(record))


class DisagreementSide(serializers.Serializer):  # type: ignore[type-arg]
    """A side of a disagreement, and how it leads to a record."""

    side = serializers.ChoiceField(choices=list(SIDES), help_text="Kind of the record on this side.")
    slug = serializers.CharField(
        help_text="Its slug; for a citation that of the citing source, for an event that of its record."
    )
    path = serializers.CharField(help_text="The steps from the side to the record, such as `estimate.deposit`.")


class DisagreementLink(serializers.Serializer):  # type: ignore[type-arg]
    """A disagreement as a record that it concerns shows it."""

    slug = serializers.CharField(help_text="Identifier of the disagreement.")
    title = serializers.CharField(help_text="Title of the disagreement.")
    about = serializers.CharField(help_text="The field or question in dispute.")
    through = DisagreementSide(many=True, help_text="The sides that connect it to the record.")


@extend_schema_field(DisagreementLink(many=True))
class DisagreementLinks(ListFromChildren):
    """Questions on which sources differ and that concern the record, each with the sides that lead to it."""

    reads = "concerns"

    def sql_from(self, rows: str, alias: str, model: Any) -> str:
        """Gather the public chains that end at the record, by disagreement."""
        through = "json_build_object('side', split_part(x.path, '.', 1), 'slug', x.side_slug, 'path', x.path)"
        return (
            "COALESCE((SELECT json_agg(row_to_json(o)) FROM (SELECT d.slug, d.title, d.about,"
            f" json_agg({through} ORDER BY x.member_id, x.path, x.id) AS through FROM {rows} x"
            f" JOIN registry_disagreement d ON d.id = x.disagreement_id WHERE {_public(rows, alias, model)}"
            f" GROUP BY d.id ORDER BY d.id LIMIT {MAX_CHILDREN}) o), '[]'::json)"
        )

    def to_representation(self, record: Any) -> Any:
        """Gather the same by the ORM."""
        found: dict[int, dict[str, Any]] = {}
        for chain in _chains(record):
            disagreement = chain.disagreement
            side = chain.path.partition(".")[0]
            carrier = getattr(chain, _CARRIERS.get(side, side))
            head = {"slug": disagreement.slug, "title": disagreement.title, "about": disagreement.about}
            links = found.setdefault(disagreement.id, {**head, "through": []})
            links["through"].append({"side": side, "slug": carrier.slug, "path": chain.path})
        return list(found.values())[:MAX_CHILDREN]


def _chains(record: Any) -> list[Any]:
    rows = record.concerns.filter(about=_KINDS[type(record)]).order_by("disagreement_id", "member_id", "path", "id")
    return [
        chain
        for chain in rows
        if sides_seen(chain.disagreement) >= LEAST_SIDES
        and all(is_published(getattr(chain, name)) for name in PUBLIC if getattr(chain, name))
    ]


class ConcernFilter(ThroughFilter):
    """A record that a disagreement is about, however one of its sides leads there."""

    def __init__(self, kind: str, **options: Any) -> None:
        """Name the kind of record."""
        super().__init__(Concern, "disagreement", kind, **options)

    def between(self) -> models.QuerySet[Any]:
        """Keep the public chains that end at such a record."""
        return Concern.objects.published().filter(about=self.target)


#: Records of the seed that a disagreement concerns, for the descriptions.
_EXAMPLES = {"deposit": "kutessay-ii", "country": "KG"}


def concern_filters() -> dict[str, ConcernFilter]:
    """Return a filter for each kind of record that a disagreement can concern, under the name of the kind."""
    return {
        kind: ConcernFilter(kind, help=_help(kind), example=_EXAMPLES.get(kind, ""))
        for kind in ABOUT
        if kind_named(kind).is_record
    }


def _help(kind: str) -> str:
    ways = [_words(one) for one in ALL if any(step.rpartition(".")[2] == kind for step in one.leads_to)]
    listed = f"{', '.join(ways[:-1])} or {ways[-1]}" if len(ways) > 1 else "".join(ways)
    through = f", also through a related {listed}" if ways else ""
    words = _words(kind_named(kind))
    return f"{words[0].upper()}{words[1:]} that it concerns{through}; by its slug."


def _words(kind: RecordKind) -> str:
    return str(kind.model._meta.verbose_name).replace("license", "licence")


class DisputedFilter(Filter):
    """Whether sources disagree about the record."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""
        kind, here = _KINDS[model], self.condition(model)

        def clause(given: str) -> Clause:
            wanted = boolean(name, given)
            chains = Concern.objects.published().filter(about=kind)
            ids = chains.filter(**{f"{kind}__isnull": False}).order_by().values(f"{kind}_id")
            return Clause((name, wanted), lambda rows: rows.filter(id__in=ids) if wanted else rows.exclude(here))

        yield Parameter(name, clause, self._TEXT, {"type": "boolean"})

    _TEXT = "Whether sources disagree about the record (`disagreement_links` lists the disagreements)."

    def condition(self, model: type[models.Model]) -> Exists:
        """Return whether a public chain leads to a record, as an expression over it."""
        kind = _KINDS[model]
        return Exists(Concern.objects.published().filter(about=kind, **{kind: OuterRef("id")}))

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Tell true from false."""
        return Queryable(name, ValueType.BOOLEAN, text=self._TEXT, derived=self.condition(model))

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by true and false."""
        return Facet(self.condition(model), watched=(Watched(Concern._meta.db_table, f"{_KINDS[model]}_id"),))
