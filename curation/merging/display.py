"""What speaks for two records being one, and what they say, as text."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models

from curation.forms.location import as_text
from curation.labels import field_label, label
from curation.light import labelled
from registry.geo.coordinates import distance, plain
from registry.matching import LIKELY, POSSIBLE, Evidence
from registry.matching.score import HALF_M
from registry.merging.differences import is_unknown

_LONGEST = 1_000


@dataclass(frozen=True)
class Reason:
    """One part of the score: what it is about, what was found, and whether it speaks for, against, or neither."""

    about: str
    found: str
    speaks: str


def verdict(score: float, evidence: Evidence) -> str:
    """Call a score by a word."""
    if evidence.same_id:
        return "certain"
    return "likely" if score >= LIKELY else "possible" if score >= POSSIBLE else "unlikely"


def reasons(evidence: Evidence) -> list[Reason]:
    """Return the parts of a score in the order of their weight."""
    found = [Reason("External id", "the same", "for")] if evidence.same_id else []
    name = evidence.name
    alike = "the same" if name > 0.99 else f"{name:.0%} alike" if name > 0 else "not alike"
    found.append(Reason("Name", alike, _speaks(name, 0.75, 0.4)))
    if evidence.distance_m is None:
        found.append(Reason("Place", "unknown of one", ""))
    else:
        near = 1 / (1 + (evidence.distance_m / HALF_M) ** 2)
        found.append(Reason("Place", apart(evidence.distance_m), _speaks(near, 0.6, 0.15)))
    for about, value, yes, no in (
        ("Country", evidence.same_country, "the same", "another"),
        ("Commodity", evidence.shares_commodity, "shared", "none shared"),
    ):
        if value is not None:
            found.append(Reason(about, yes if value else no, "for" if value else "against"))
    return found


def apart(metres: float) -> str:
    """Describe how far two places are from one another."""
    return "the same" if metres < 1 else f"{distance(metres)} apart"


def _speaks(part: float, much: float, little: float) -> str:
    return "for" if part >= much else "against" if part < little else ""


def shown(fields: tuple[Any, ...], values: dict[str, Any]) -> list[str]:
    """Write the values of a field, or of some that say one thing together, a line each; nothing for what is unknown."""
    lines = []
    for field in fields:
        value = values[field.name]
        if not is_unknown(value):
            text = _shown(field, value)
            lines.append(text if field is fields[0] else f"{field_label(field)}: {text}")
    return lines


def _shown(field: Any, value: Any) -> str:
    if isinstance(field, BaseSpatialField):
        text = as_text(value)
        return text if len(text) < 80 else f"an outline of {value.num_points:,} vertices"
    if isinstance(field, models.ForeignKey):
        target = labelled(field.related_model).filter(pk=value).first()
        return label(target) if target else "–"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, float):
        return plain(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
