"""Possible doubles: of one record for its page, and of all records of a kind, some hundred looked at per page."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from curation.light import light
from curation.merging.compare import older_first
from curation.merging.display import Reason, reasons, verdict
from registry.matching import Candidate, candidates, candidates_of, kind_of
from registry.matching.probes import of_records
from registry.models.base import Record
from registry.sql import sql

#: Beside a record, so many are shown.
_BESIDE = 5
#: Records that are looked at by one query, the most queries of one page, and the pairs with which a page is full.
_AT_ONCE, _QUERIES, _ENOUGH = 50, 20, 25


@dataclass(frozen=True)
class Pair:
    """Two records that may be one."""

    gone: Any
    stays: Any
    score: float
    verdict: str
    reasons: list[Reason]
    address: str


@dataclass(frozen=True)
class PairPage:
    """The pairs of one page, best first; `before` is where the next page begins, None at the end."""

    pairs: list[Pair]
    looked_at: int
    before: int | None


def doubles_of(record: Record) -> list[Pair]:
    """Return the records that may be the same as one, best first."""
    found = candidates_of(record, most=_BESIDE)
    held = _held(type(record), [candidate.record for candidate in found])
    return [_pair(candidate, record, held[candidate.record]) for candidate in found if candidate.record in held]


def doubles_page(model: type[Record], before: int | None) -> PairPage:
    """Check records, the newest first, and give the pairs of each with older ones.

    Goes on until there are pairs enough for a page, or until a page has cost enough.
    """
    kind = kind_of(model)
    rows = model._base_manager.exclude(record_status="merged").order_by("-pk")
    found: list[Candidate] = []
    looked_at, last = 0, before
    for _ in range(_QUERIES):
        keys = list((rows.filter(pk__lt=last) if last else rows).values_list("pk", flat=True)[:_AT_ONCE])
        if keys:
            pairs = candidates(kind, of_records(kind, sql("r.id = ANY ({keys})", keys=keys)))
            found += [candidate for candidate in pairs if candidate.record < candidate.probe]
            looked_at, last = looked_at + len(keys), keys[-1]
        if len(keys) < _AT_ONCE:
            last = None
            break
        if len(found) >= _ENOUGH:
            break
    held = _held(model, [key for candidate in found for key in (candidate.record, candidate.probe)])
    found.sort(key=lambda candidate: (-candidate.score, -candidate.probe))
    return PairPage(
        [_pair(c, held[c.probe], held[c.record]) for c in found if c.record in held and c.probe in held], looked_at, last
    )


def _held(model: type[Record], keys: list[int]) -> dict[int, Any]:
    has_country = any(field.name == "country" for field in model._meta.fields)
    rows = light(model._base_manager.filter(pk__in=keys), *(("country",) if has_country else ()))
    return {row.pk: row for row in rows}


def _pair(candidate: Candidate, one: Any, other: Any) -> Pair:
    gone, stays = older_first(one, other)
    return Pair(
        gone,
        stays,
        candidate.score,
        verdict(candidate.score, candidate.evidence),
        reasons(candidate.evidence),
        reverse(f"admin:registry_{one._meta.model_name}_merge", args=[gone.pk, stays.pk]),
    )
