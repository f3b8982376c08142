"""What speaks for two records being one, and what they say, as text."""

from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models
from django.utils.translation import gettext

from curation.forms.location import as_text
from curation.labels import field_label, label
from curation.light import labelled
from registry.geo.written import distance, plain
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
    found = [Reason(gettext("External id"), gettext("the same"), "for")] if evidence.same_id else []
    name = evidence.name
    alike = (
        gettext("the same")
        if name > 0.99
        else gettext("%(name)s alike") % {"name": f"{name:.0%}"}
        if name > 0
        else gettext("not alike")
    )
    found.append(Reason(gettext("Name"), alike, _speaks(name, 0.75, 0.4)))
    if evidence.distance_m is None:
        found.append(Reason(gettext("Place"), gettext("unknown of one"), ""))
    else:
        near = 1 / (1 + (evidence.distance_m / HALF_M) ** 2)
        found.append(Reason(gettext("Place"), apart(evidence.distance_m), _speaks(near, 0.6, 0.15)))
    for about, value, yes, no in (
        (gettext("Country"), evidence.same_country, gettext("the same"), gettext("another")),
        (gettext("Commodity"), evidence.shares_commodity, gettext("shared"), gettext("none shared")),
    ):
        if value is not None:
            found.append(Reason(about, yes if value else no, "for" if value else "against"))
    return found


def apart(metres: float) -> str:
    """Describe how far two places are from one another."""
    return gettext("the same") if metres < 1 else gettext("%(distance)s apart") % {"distance": distance(metres)}


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
        return (
            text
            if len(text) < 80
            else gettext("an outline of %(num_points)s vertices") % {"num_points": f"{value.num_points:,}"}
        )
    if isinstance(field, models.ForeignKey):
        target = labelled(field.related_model).filter(pk=value).first()
        return label(target) if target else "–"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, float):
        return plain(value)
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
