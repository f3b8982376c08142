"""What follows from how a location was entered: filled in as if it had been typed, where nothing else was."""

from typing import Any

from curation.forms.location import PlaceField
from registry.geo.coordinates import CoordinatesError, Entered
from registry.geo.kinds import KIND_OF
from registry.geo.shapes import Shape
from registry.geo.systems import SAME, take_datum
from registry.vocabularies import PLACED

_LONGEST_PRINT = 200


def stated_srid(text: Any) -> int | None:
    """Return the EPSG number that a form states; what is none is reported by its own field."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else None


def fill_in(form: Any) -> None:
    """Fill in the kind of the location, the system and the print, as they follow from a location that was entered."""
    entered = None
    for name in ("footprint", "location"):
        field = form.fields.get(name)
        if not isinstance(field, PlaceField) or "location_kind" not in form.fields:
            continue
        field.srid = stated_srid(form.data.get(form.add_prefix("source_srid")))
        text = str(form.data.get(form.add_prefix(name)) or "").strip()
        if not text or field.is_kept(text):
            continue
        try:
            shape = field.read(text)
        except CoordinatesError:
            continue  # The field itself reports it.
        entered = shape.entered
        _fill(form, _follows(form, name, text, shape))
    if entered is not None and _value(form, "location_kind") not in PLACED and _is_untouched(form, "location_kind"):
        _fill(form, {"location_kind": KIND_OF[entered]})


def _follows(form: Any, name: str, text: str, shape: Shape) -> dict[str, str]:
    """Return the values that follow from the text of a point; those of an outline are its own."""
    found = shape.coordinates
    if found is None:
        return {}
    values: dict[str, str] = {}
    is_first = form.fields[name].current is None and not _value(form, "coordinates_as_printed")
    if is_first and found.entered is Entered.PRINTED and len(text) <= _LONGEST_PRINT:
        values["coordinates_as_printed"] = text
    if found.srid and found.srid not in SAME:
        if _is_untouched(form, "source_srid"):
            values["source_srid"] = str(found.srid)
        if take_datum(text)[1] is None:
            # The text alone says what it means, also where only some fields of a proposal are published.
            values[name] = f"{text} (EPSG:{found.srid})"
    return values


def _fill(form: Any, values: dict[str, str]) -> None:
    for name, value in values.items():
        if name in form.fields:
            form.data = form.data.copy()
            form.data[form.add_prefix(name)] = value


def _value(form: Any, name: str) -> str:
    return str(form.data.get(form.add_prefix(name)) or "").strip()


def _is_untouched(form: Any, name: str) -> bool:
    initial = form.get_initial_for_field(form.fields[name], name) if name in form.fields else None
    return _value(form, name) == str(initial if initial is not None else "")
