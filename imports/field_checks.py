"""Checks of single values of a mapped row, by the column that takes them."""

import math
import re
from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.contrib.postgres.fields import ArrayField
from django.db import models as dj

from imports.rows import Problem
from registry import models as m
from registry.constraints import range_of
from registry.fields import PARTIAL_DATE, PartialDateField, partial_date_is_real

Check = Callable[[str, Any], tuple[Any, Problem | None]]
#: Texts that are keys: cut short they would be other keys.
_WHOLE = frozenset(("number", "admin_code", "url"))
_HEX = re.compile(r"[0-9A-Fa-f]+")


def check_of(field: Any) -> Check:
    """Choose the check that fits a column; codes of countries and commodities are known to the checker of rows."""
    if isinstance(field, dj.ForeignKey):
        return text_check(200, whole=True)
    if isinstance(field, ArrayField):
        return _listed(check_of(field.base_field))
    if isinstance(field, dj.BooleanField):
        return _flag
    if isinstance(field, dj.DecimalField):
        return _number(None)
    if isinstance(field, PointField):
        return point_check
    if isinstance(field, GeometryField):
        return _shape
    if isinstance(field, PartialDateField):
        return _date
    if isinstance(field, dj.FloatField):
        return _number(None)
    if isinstance(field, dj.IntegerField):
        return _number(32_767 if isinstance(field, dj.PositiveSmallIntegerField) else 2_147_483_647)
    if field.choices:
        return code_check(dict(field.flatchoices))
    return text_check(field.max_length, whole=field.name in _WHOLE)


def text_check(longest: int | None, *, whole: bool) -> Check:
    """Check a text, which is cut to its longest unless it is a key."""

    def check(key: str, value: Any) -> tuple[Any, Problem | None]:
        text = value if isinstance(value, str) else str(value)
        if "\x00" in text:
            return None, Problem("forbidden-character", "A text must not contain null characters.", key)
        if longest is None or len(text) <= longest:
            return text, None
        message = f"The text has {len(text):,} characters, and {longest} find room."
        if whole:
            return None, Problem("too-long", message, key, text[:200])
        fix = "It is truncated; the stored row contains the complete text."
        return f"{text[: longest - 1].rstrip()}…", Problem("too-long", message, key, text[:200], fix, is_error=False)

    return check


def code_check(codes: Any) -> Check:
    """Check a code."""
    known = {str(code).lower(): str(code) for code in (codes.values if hasattr(codes, "labels") else codes)}

    def check(key: str, value: Any) -> tuple[Any, Problem | None]:
        code = known.get(str(value).lower())
        if code is None:
            fix = f"One of: {', '.join(known.values())}."
            return None, Problem("unknown-code", f"“{value}” is not a code of “{key}”.", key, str(value)[:200], fix)
        return code, None

    return check


def _number(largest: int | None) -> Check:
    def check(key: str, value: Any) -> tuple[Any, Problem | None]:
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = math.nan
        if math.isfinite(number):
            if largest is None:
                return number, None
            if number == int(number) and 0 <= number <= largest:
                return int(number), None
        return None, Problem("not-a-number", "This is not a valid number.", key, str(value)[:200])

    return check


def share_check(value: Any) -> tuple[Any, Problem | None]:
    """Read a share, which has to be possible as the registry rounds it."""
    share, problem = _number(None)("parties", value)
    within, places = range_of(m.LicenseParty, "share_pct"), m.LicenseParty._meta.get_field("share_pct").decimal_places
    if share is not None and within is not None and round(share, places) not in within:
        problem = Problem("share", within.says, "parties", str(share))
    return share, problem


def _date(key: str, value: Any) -> tuple[Any, Problem | None]:
    if isinstance(value, str) and re.match(PARTIAL_DATE, value) and partial_date_is_real(value):
        return value, None
    return None, Problem(
        "no-such-date", "A date must be YYYY, YYYY-MM or YYYY-MM-DD, of an existing day.", key, str(value)[:200]
    )


def point_check(key: str, value: Any) -> tuple[Any, Problem | None]:
    """Check a longitude and a latitude."""
    if isinstance(value, list | tuple) and len(value) == 2:
        axes = [_AXIS(key, axis)[0] for axis in value]
        if None not in axes:
            return axes, None
    return None, Problem("no-point", "A point must have a longitude and a latitude.", key, str(value)[:200])


def _shape(key: str, value: Any) -> tuple[Any, Problem | None]:
    """Read a shape, and make a polygon the multipolygon that the registry keeps."""
    try:
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise ValueError("no hexadecimal EWKB")
        shape = GEOSGeometry(value)
    except (GEOSException, ValueError) as error:
        return None, Problem("no-shape", f"The outline cannot be read: {error}.", key)
    if isinstance(shape, Polygon):
        shape = MultiPolygon(shape, srid=shape.srid)
    if not isinstance(shape, MultiPolygon) or shape.srid not in (None, 4326):
        return None, Problem("no-outline", f"A {shape.geom_type.lower()} is not an outline in WGS 84.", key)
    shape.srid = 4326
    return shape.hexewkb.decode(), None


def _flag(key: str, value: Any) -> tuple[Any, Problem | None]:
    return (
        (value, None)
        if isinstance(value, bool)
        else (None, Problem("no-flag", "This must be yes or no.", key, str(value)[:200]))
    )


def _listed(check: Check) -> Check:
    def checked(key: str, value: Any) -> tuple[Any, Problem | None]:
        kept = []
        for one in value if isinstance(value, list) else [value]:
            item, problem = check(key, one)
            if problem:
                return None, problem
            kept.append(item)
        return kept, None

    return checked


_AXIS = _number(None)
