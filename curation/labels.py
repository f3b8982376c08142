"""How records are called where people choose between them: there are many Akbulaks."""

from typing import Any

from django.utils.translation import gettext

from registry.kinds import kind_of_model
from registry.models import Citation, ResourceEstimate, Source
from registry.models.base import Record
from registry.vocabularies import RecordStatus
from registry.words import called

_LONGEST = 120
#: Columns whose name alone does not say what people call them.
FIELD_LABELS = {
    "admin_code": "ISO 3166-2 code",
    "as_of": "as of",
    "atomic_number": "atomic number",
    "cgi_uri": "CGI concept",
    "contained_tonnes": "contained (t)",
    "contained_tonnes_high": "contained, high (t)",
    "contained_tonnes_low": "contained, low (t)",
    "copy_url": "URL of the copy read",
    "declared_area_km2": "declared area (km²)",
    "inspire_uri": "INSPIRE concept",
    "iso3": "ISO alpha-3 code",
    "location_uncertainty_m": "uncertainty (m)",
    "m49": "UN M49 code",
    "ore_tonnes": "ore (t)",
    "ore_tonnes_high": "ore, high (t)",
    "ore_tonnes_low": "ore, low (t)",
    "record_status": "state",
    "ree": "rare earth",
    "share_pct": "share (%)",
    "source_srid": "datum of the source (EPSG)",
    "unfc_class": "UNFC class",
    "url": "address",
    "value_high": "high",
    "value_low": "low",
}


def label(record: Any) -> str:
    """Return the name of a record or row, short enough for one line."""
    if isinstance(record, Citation):
        text = gettext("Citation of %(source)s") % {"source": record.source}
    elif holder := _holder(record):
        text = f"{getattr(record, holder)}: {record}"
    elif isinstance(record, ResourceEstimate):
        text = f"{record.deposit or record.prospecting_object}: {record.slug}"
    else:
        text = str(record)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def described(record: Any) -> str:
    """Return the name of a record with what tells it from others of that name."""
    details = [str(part) for part in _details(record) if part]
    if isinstance(record, Record) and record.record_status != RecordStatus.PUBLISHED:
        details.append(RecordStatus(record.record_status).label.lower())
    return f"{label(record)} · {' · '.join(details)}" if details else label(record)


def field_label(field: Any) -> str:
    """Call a column as people do."""
    name = FIELD_LABELS.get(field.name)
    return called(name) if name else str(field.verbose_name)


def _holder(record: Any) -> str:
    kind = kind_of_model(type(record))
    return kind.holder if kind else ""


def _details(record: Any) -> list[Any]:
    if isinstance(record, Source):
        return [record.publisher, record.published]
    if _holder(record):
        return []
    details: list[Any] = []
    if "country" in record._state.fields_cache:
        details.append(record.country)
    return details + [
        getattr(record, f"get_{field}_display")()
        for field in ("occurrence_type", "kind", "topic", "reporting_code")
        if hasattr(record, f"get_{field}_display") and getattr(record, field, None) not in (None, "unknown", "other")
    ]
