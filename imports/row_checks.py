"""Checks a mapped row on its own: types, codes, lengths. Checks against the registry follow for all rows at once."""

import math
import re
from collections.abc import Callable
from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.geos import GEOSException, GEOSGeometry, MultiPolygon, Polygon
from django.db import models as dj

from imports.rows import Problem
from imports.tables import TABLES, TargetTable
from imports.targets import TARGETS
from registry import models as m
from registry.constraints import range_of
from registry.fields import PARTIAL_DATE, PartialDateField, partial_date_is_real
from registry.vocabularies import CommodityRole, LicenseRole, NameKind

Check = Callable[[str, Any], tuple[Any, Problem | None]]
#: Texts that are keys: cut short they would be other keys.
_WHOLE = frozenset(("number", "admin_code"))
_HEX = re.compile(r"[0-9A-Fa-f]+")


class Checker:
    """Checks the rows of one kind; knows the codes of the registry's countries and commodities."""

    def __init__(self, target: str) -> None:
        """Ask the registry for its codes, once."""
        self.table: TargetTable = TABLES[target]
        self.keys = frozenset((*TARGETS[target].__annotations__, *self.table.columns))
        self.checks = {name: _check_of(self.table, name) for name in self.table.columns if name != "country"}
        countries = m.Country.objects.values_list("slug", "iso3")
        codes = {code.lower() for codes in countries for code in codes}
        self.symbols = {slug.lower() for slug in m.Commodity.objects.values_list("slug", flat=True)}
        regions = {slug.lower() for slug in m.Region.objects.values_list("slug", flat=True)}
        self.codes = {"country": codes, "iso3": codes, "commodity": self.symbols, "region": regions}
        self.lists: dict[str, Callable[[Any], tuple[list[Any], list[Problem]]]] = {
            "other_names": self._names,
            "commodities": self._commodities,
            "parties": self._parties,
        }

    def check(self, record: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Return what can be kept of a record, and what is wrong with it."""
        kept, problems = self.check_columns({key: value for key, value in record.items() if key in self.checks})
        for key, value in record.items():
            if key in self.checks:
                continue
            if key == "location" and key in self.keys:
                kept[key], problem = _point(key, value) if value is not None else (None, None)
                problems += [problem] if problem else []
            elif key in self.lists and key in self.keys:
                kept[key], found = self.lists[key](value or [])
                problems += found
            elif key in ("country", "commodity", "iso3", "region") and key in self.keys:
                kept[key] = value
                if value is not None and str(value).lower() not in self.codes[key]:
                    problems.append(Problem(f"unknown-{key}", f"The registry has no {key} “{value}”.", key, str(value)))
                    kept[key] = None
            elif key == "when_new" and key in self.keys:
                kept[key], found = self.check_columns(value or {})
                problems += found
            elif key != "external_id":
                problems.append(Problem("unknown-key", f"A {self.table.target} has no “{key}”.", key))
        if problem := self._key(record, kept):
            problems.append(problem)
        return kept, problems

    def check_columns(self, given: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Check what stands in columns of the record itself."""
        kept: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, value in given.items():
            if key not in self.checks:
                problems.append(Problem("unknown-key", f"A {self.table.target} has no “{key}”.", key))
                continue
            kept[key], problem = self.checks[key](key, value) if value is not None else (None, None)
            if problem:
                problems.append(problem)
        return kept, problems

    def _key(self, record: dict[str, Any], kept: dict[str, Any]) -> Problem | None:
        """Ensure that the row says which record it is."""
        if not self.table.makes:
            return None if kept.get("iso3") else Problem("no-id", "The row states no country.", "iso3")
        given = record.get("external_id") or {}
        scheme, value = str(given.get("scheme") or ""), str(given.get("value") or "").strip()
        if not scheme or not value or "\x00" in value:
            return Problem("no-id", "The row has no id; a later load could not identify it.", "external_id", value)
        if len(scheme) > 40 or len(value) > 200:
            return Problem("long-id", "An id can have at most 200 characters.", "external_id", value[:200])
        kept["external_id"] = {"scheme": scheme, "value": value}
        return None

    def _names(self, given: Any) -> tuple[list[Any], list[Problem]]:
        names, problems = [], []
        for name in given:
            text, problem = _OTHER_NAME("other_names", name.get("text") or "")
            kind, wrong = _NAME_KIND("other_names", name.get("kind") or NameKind.ALTERNATE.value)
            problems += [p for p in (problem, wrong) if p]
            if text and kind != NameKind.PREFERRED:
                names.append({"text": text, "language": str(name.get("language") or "")[:20], "kind": kind})
        return names, problems

    def _commodities(self, given: Any) -> tuple[list[Any], list[Problem]]:
        kept, problems = [], []
        for commodity in given:
            symbol = str(commodity.get("symbol") or "")
            if symbol.lower() not in self.symbols:
                message = f"The registry has no commodity “{symbol}”; the rest of the row is loaded."
                problems.append(Problem("unknown-commodity", message, "commodities", symbol, is_error=False))
                continue
            role, wrong = _COMMODITY_ROLE("commodities", commodity.get("role") or CommodityRole.UNKNOWN.value)
            problems += [wrong] if wrong else []
            kept.append({"symbol": symbol, "role": role})
        return kept, problems

    def _parties(self, given: Any) -> tuple[list[Any], list[Problem]]:
        kept, problems, whole = [], [], 0.0
        for party in given:
            name, problem = _ORGANIZATION("parties", party.get("organization") or "")
            role, wrong = _LICENSE_ROLE("parties", party.get("role") or LicenseRole.HOLDER.value)
            share, odd = _share(party["share_pct"]) if party.get("share_pct") is not None else (None, None)
            problems += [p for p in (problem, wrong, odd) if p]
            if (name or party.get("private_holder")) and not odd:
                whole += share or 0.0 if role == LicenseRole.HOLDER else 0.0
                kept.append({"organization": None if party.get("private_holder") else name, "role": role, "share_pct": share})
        if whole > 100.0001:
            problems.append(Problem("shares", f"The holders' shares make {whole:g} per cent.", "parties", f"{whole:g}"))
        return kept, problems


def _check_of(table: TargetTable, name: str) -> Check:
    """Choose the check that fits a column."""
    field = table.field(name)
    if isinstance(field, PointField):
        return _point
    if isinstance(field, GeometryField):
        return _shape
    if isinstance(field, PartialDateField):
        return _date
    if isinstance(field, dj.FloatField):
        return _number(None)
    if isinstance(field, dj.IntegerField):
        return _number(32_767 if isinstance(field, dj.PositiveSmallIntegerField) else 2_147_483_647)
    if field.choices:
        return _code(dict(field.flatchoices))
    return _text(field.max_length, whole=name in _WHOLE)


def _text(longest: int | None, *, whole: bool) -> Check:
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


def _code(codes: Any) -> Check:
    known = {str(code): str(code) for code in (codes.values if hasattr(codes, "labels") else codes)}

    def check(key: str, value: Any) -> tuple[Any, Problem | None]:
        code = known.get(str(value).lower())
        if code is None:
            fix = f"One of: {', '.join(known)}."
            return None, Problem("unknown-code", f"“{value}” is not a code of “{key}”.", key, str(value)[:200], fix)
        return code, None

    return check


def _number(largest: int | None) -> Check:
    def check(key: str, value: Any) -> tuple[Any, Problem | None]:
        wrong = Problem("not-a-number", "This is not a valid number.", key, str(value)[:200])
        if isinstance(value, bool):
            return None, wrong
        try:
            number = float(value)
        except (TypeError, ValueError):
            return None, wrong
        if not math.isfinite(number):
            return None, wrong
        if largest is None:
            return number, None
        return (int(number), None) if number == int(number) and 0 <= number <= largest else (None, wrong)

    return check


def _share(value: Any) -> tuple[Any, Problem | None]:
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


def _point(key: str, value: Any) -> tuple[Any, Problem | None]:
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


_OTHER_NAME, _ORGANIZATION = _text(500, whole=False), _text(200, whole=False)
_NAME_KIND, _COMMODITY_ROLE, _LICENSE_ROLE = _code(NameKind), _code(CommodityRole), _code(LicenseRole)
_AXIS = _number(None)
