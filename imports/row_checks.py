"""Checks a mapped row on its own: types, codes, lengths. Checks against the registry follow for all rows at once."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import models as dj

from imports.derived import CITATIONS
from imports.field_checks import check_of, code_check, point_check, share_check, text_check
from imports.rows import Problem
from imports.tables import RowList, TargetTable
from imports.targets import TABLES
from imports.values.countries import COUNTRY_FROM
from registry import models as m
from registry.entries import names_of
from registry.vocabularies import CommodityRole, LicenseRole, NameKind

#: What is named by its code.
_CODED = (m.Country, m.Commodity)
_OTHER_NAME, _ORGANIZATION = text_check(500, whole=False), text_check(200, whole=False)
_NAME_KIND, _COMMODITY_ROLE, _LICENSE_ROLE = code_check(NameKind), code_check(CommodityRole), code_check(LicenseRole)


class Checker:
    """Checks the rows of one kind; knows the codes of the registry's countries and commodities."""

    def __init__(self, target: str) -> None:
        """Ask the registry for its codes, once."""
        self.table: TargetTable = TABLES[target]
        self.keys = self.table.keys
        self.checks = {
            name: check_of(field)
            for name in self.table.columns
            if not (isinstance(field := self.table.field(name), dj.ForeignKey) and field.related_model in _CODED)
        }
        countries = m.Country.objects.values_list("slug", "iso3")
        codes = {code.lower() for codes in countries for code in codes}
        self.symbols = {slug.lower() for slug in m.Commodity.objects.values_list("slug", flat=True)}
        self.codes = {m.Country: codes, m.Commodity: self.symbols}
        self.lists: dict[str, Callable[[Any], tuple[list[Any], list[Problem]]]] = {
            rows.name: partial(self._elements, rows) for rows in self.table.lists if rows.fields
        }
        written = {"other_names": self._names, "commodities": self._commodities, "parties": self._parties}
        self.lists = {name: written[name] for name in written if name in self.keys} | self.lists

    def check(self, record: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """Return what can be kept of a record, and what is wrong with it."""
        kept, problems = self.check_columns({key: value for key, value in record.items() if key in self.checks})
        for key, value in record.items():
            if key in self.checks:
                continue
            if key not in self.keys:
                problems.append(Problem("unknown-key", f"A {self.table.target} has no “{key}”.", key))
            elif key == "location":
                kept[key], problem = point_check(key, value) if value is not None else (None, None)
                problems += [problem] if problem else []
            elif key in self.lists:
                kept[key], found = self.lists[key](value or [])
                problems += found
            elif key == "when_new":
                kept[key], found = self.check_columns(value or {})
                problems += found
            elif key == COUNTRY_FROM:
                kept[key] = value
            elif key == "version":
                kept[key] = value if isinstance(value, int) else None
            elif key != "external_id":
                model = m.Country if key == "iso3" else self.table.field(key).related_model
                kept[key], found = self._coded(model, key, value)
                problems += found
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

    def _coded(self, model: Any, key: str, value: Any) -> tuple[Any, list[Problem]]:
        """Check the code of a country or commodity."""
        if value is None or str(value).lower() in self.codes[model]:
            return value, []
        return None, [Problem(f"unknown-{key}", f"The registry has no {key} “{value}”.", key, str(value))]

    def _elements(self, rows: RowList, given: Any) -> tuple[list[Any], list[Problem]]:
        """Check the elements of a list by the columns of its table."""
        fields = {field.name: field for field in rows.fields}
        kept, problems = [], []
        for element in given:
            row = {}
            for key, value in element.items():
                if key not in fields:
                    problems.append(Problem("unknown-key", f"A row of {rows.name} has no “{key}”.", rows.name))
                elif value is not None and fields[key].related_model in _CODED:
                    row[key], found = self._coded(fields[key].related_model, key, value)
                    problems += found
                elif value is not None:
                    row[key], problem = check_of(fields[key])(rows.name, value)
                    problems += [problem] if problem else []
            kept.append(row)
        if rows.name == CITATIONS:
            problems += self._entries(kept)
        return kept, problems

    def _entries(self, citations: list[Any]) -> Iterator[Problem]:
        """Report what citations name that no record of the kind has."""
        model: type[dj.Model] = self.table.model
        known = names_of(model)
        for citation in citations:
            for entry in citation.get("fields") or ():
                if entry.partition(":")[0] not in known:
                    message = f"A {self.table.target} has no field “{entry[:60]}”; available: {', '.join(known)}."
                    yield Problem("unknown-entry", message, CITATIONS, entry[:60])

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
            share, odd = share_check(party["share_pct"]) if party.get("share_pct") is not None else (None, None)
            problems += [p for p in (problem, wrong, odd) if p]
            if (name or party.get("private_holder")) and not odd:
                whole += share or 0.0 if role == LicenseRole.HOLDER else 0.0
                kept.append({"organization": None if party.get("private_holder") else name, "role": role, "share_pct": share})
        if whole > 100.0001:
            problems.append(Problem("shares", f"The holders' shares make {whole:g} per cent.", "parties", f"{whole:g}"))
        return kept, problems
