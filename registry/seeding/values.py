"""Values as cards write them, turned into what a field of a table holds."""

import json
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeAlias

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Point, Polygon
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from registry.fields import PartialDateField
from registry.seeding.errors import CardLocation, SeedError
from registry.triggers import KEPT_BY_THE_DATABASE

AnyField: TypeAlias = "models.Field[Any, Any]"


@cache
def fields_of(model: type[models.Model]) -> dict[str, AnyField]:
    """List the fields that a card may give: those that people curate."""
    return {
        f.name: f
        for f in model._meta.concrete_fields
        if f.editable and not f.primary_key and not isinstance(f, models.GeneratedField) and f.name not in KEPT_BY_THE_DATABASE
    }


def value_of(field: AnyField, given: Any, place: CardLocation) -> Any:
    """Check what a card gives for a field that is no reference, and turn it into the field's type."""
    if given is None:
        return _nothing(field, place)
    if isinstance(field, PartialDateField):
        return _checked(field, _text(given, place, 'a date: write "2024", "2024-01" or "2024-01-23", in quotes'), place)
    if isinstance(field, PointField):
        return _point(given, place)
    if isinstance(field, GeometryField):
        return _shape(given, place)
    if isinstance(field, ArrayField):
        return _list(field, given, place)
    if isinstance(field, models.JSONField):
        return given
    if isinstance(field, models.BooleanField):
        return given if isinstance(given, bool) else _refuse(place, given, "true or false")
    if isinstance(field, (models.FloatField, models.IntegerField, models.DecimalField)):
        return _number(field, given, place)
    text = _text(given, place, "text: put it in quotes")
    if field.choices:
        return _code(field, text, place)
    return _checked(field, text, place)


def _nothing(field: AnyField, place: CardLocation) -> Any:
    """Return what stands for nothing: null where the field has it, else its default, which is empty."""
    if field.null:
        return None
    default = field.get_default()
    if default in ("", []):
        return default
    raise SeedError(place, "this needs a value; leave the key out for the usual one")


def _refuse(place: CardLocation, given: Any, wanted: str) -> Any:
    shown = json.dumps(given, ensure_ascii=False, default=str)
    raise SeedError(place, f"{shown} is not {wanted}")


def _text(given: Any, place: CardLocation, wanted: str) -> str:
    if not isinstance(given, str):
        _refuse(place, given, wanted)
    text = str(given)
    if text != text.strip() or not text:
        raise SeedError(place, "text is neither empty nor padded with spaces")
    return text


def _code(field: AnyField, text: str, place: CardLocation) -> str:
    """Match a code without regard to case."""
    codes = {str(code).lower(): str(code) for code, _ in field.flatchoices}
    if text.lower() not in codes:
        raise SeedError(place, f"there is no code “{text}”; available: {', '.join(codes.values())}")
    return codes[text.lower()]


def _number(field: AnyField, given: Any, place: CardLocation) -> Any:
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        _refuse(place, given, "a number")
    if isinstance(field, models.FloatField):
        return float(given)
    if isinstance(field, models.DecimalField):
        try:
            return Decimal(str(given)).quantize(Decimal(1).scaleb(-field.decimal_places))
        except InvalidOperation:
            _refuse(place, given, "a number of that size")
    if not isinstance(given, int):
        _refuse(place, given, "a whole number")
    return _checked(field, given, place)


def _list(field: Any, given: Any, place: CardLocation) -> list[Any]:
    if not isinstance(given, list):
        _refuse(place, given, "a list")
    return [value_of(field.base_field, item, place.at(i)) for i, item in enumerate(given)]


def _checked(field: AnyField, value: Any, place: CardLocation) -> Any:
    """Let the field's own validators speak: length, form, range."""
    try:
        field.run_validators(value)
        if isinstance(field, PartialDateField):
            field.validate(value, None)
    except ValidationError as error:
        raise SeedError(place, f"“{value}”: {' '.join(error.messages)}") from error
    return value


def _point(given: Any, place: CardLocation) -> Point:
    """Read `{lon: …, lat: …}`; the two are named, so that nobody swaps them."""
    if not isinstance(given, dict) or set(given) != {"lon", "lat"}:
        _refuse(place, given, "a point: {lon: 76.1, lat: 42.8}")
    lon, lat = (_number(models.FloatField(), given[axis], place.at(axis)) for axis in ("lon", "lat"))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise SeedError(place, f"longitude {lon}, latitude {lat} is out of range")
    return Point(lon, lat, srid=4326)


def _shape(given: Any, place: CardLocation) -> MultiPolygon:
    """Read a GeoJSON polygon or multipolygon."""
    if isinstance(given, MultiPolygon):
        return given
    try:
        shape = GEOSGeometry(json.dumps(given), srid=4326)
    except (GEOSException, ValueError, TypeError) as error:
        raise SeedError(place, f"this is not a GeoJSON polygon: {error}") from error
    if isinstance(shape, Polygon):
        shape = MultiPolygon(shape, srid=4326)
    if not isinstance(shape, MultiPolygon):
        raise SeedError(place, f"this is a {shape.geom_type}, not a polygon or multipolygon")
    return shape
