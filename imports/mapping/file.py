"""A mapping file, read and checked: what it says of the source, of the file, and of each column of the record."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext

from imports import limits
from imports.mapping.entries import MappingError, known_keys
from imports.mapping.field_rules import Rule
from imports.mapping.rules import keys_of, make_rules
from imports.plan.accepted import RULES
from imports.refusal import FileRefused
from imports.source_card import SourceCard
from imports.targets import TABLES
from imports.values.draft import Draft
from imports.values.totals import note_total
from registry.fields import PARTIAL_DATE, partial_date_is_real
from registry.models.base import SLUG
from registry.seeding.reader import CoreLoader

#: What mapping files may make.
TARGETS = tuple(table.target for table in TABLES.values() if table.makes)
_DEEPEST = 10
_KEYS = {"target", "source", "file", "record", "edits", "also", "gathered", "accept", "words"}
_ALSO_KEYS = {"target", "record"}
#: Kinds of record that one row can bring.
_MOST_PARTS = 5
_SOURCE_KEYS = ("slug", "title", "publisher", "published", "url", "rights", "attribution")
_FILE_KEYS = {"encoding": str, "srid": int, "layer": str, "delimiter": str, "header_line": int, "decimal": str}


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says."""

    target: str
    source: SourceCard
    rules: tuple[Rule, ...]
    #: How the file is to be read, where the person who loads it says nothing else.
    encoding: str | None = None
    srid: int | None = None
    layer: str | None = None
    delimiter: str | None = None
    header_line: int | None = None
    decimal_comma: bool = False
    #: Whether the rows are edited records of the registry, found by their uid or slug.
    edits: bool = False
    #: Whether rows of one id are one record, whose lists they fill together: a name, an event or a grade per row.
    gathered: bool = False
    #: Fixes that are accepted: rule → true for all rows, or the ids of rows; and what unknown words mean, by column.
    accept: dict[str, Any] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    #: What it says of all rows, in sentences.
    notes: tuple[str, ...] = ()
    #: What else each row brings: records of other kinds, which may refer to those before them.
    also: tuple["Mapping", ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Name the columns that it speaks of."""
        own = frozenset(column for rule in self.rules for column in rule.columns)
        return own.union(*(part.columns for part in self.also))

    def fill(self, draft: Draft) -> None:
        """Fill a draft from its row."""
        note_total(draft)
        for rule in self.rules:
            rule.put(draft)
        if self.edits:
            # A cell that somebody has emptied is no longer known.
            emptied = (rule.key for rule in self.rules if rule.columns and rule.key in TABLES[self.target].columns)
            draft.record |= {key: None for key in emptied if key not in draft.record}


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; raises FileRefused that names the key."""
    try:
        content = _content(path)
        return _mapping(content)
    except MappingError as error:
        raise FileRefused(
            path.name, "bad-mapping", str(error), gettext("docs/importing.md describes mapping files.")
        ) from error


def _content(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > limits.MAPPING_BYTES:
            raise MappingError(gettext("a mapping file has at most %(number)s kB") % {"number": limits.MAPPING_BYTES // 2**10})
        text = path.read_text(encoding="utf-8-sig")
        # An alias can stand for another that stands for another: nobody needs them here.
        depth = 0
        for event in yaml.parse(text, CoreLoader):
            if isinstance(event, yaml.AliasEvent):
                raise MappingError(gettext("aliases (*name) are not supported"))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise MappingError(gettext("a mapping file can be nested at most %(deepest)s levels") % {"deepest": _DEEPEST})
        content = yaml.load(text, CoreLoader)  # noqa: S506 - a safe loader, of the core schema
    except OSError as error:
        raise MappingError(gettext("it cannot be opened: %(strerror)s") % {"strerror": error.strerror}) from error
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise MappingError(f"{line}{error.problem}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError, TypeError) as error:
        if isinstance(error, MappingError):
            raise
        raise MappingError(
            gettext("it is not valid YAML in UTF-8: %(names)s") % {"names": " ".join(str(error).split())[:120]}
        ) from error
    if not isinstance(content, dict):
        raise MappingError(gettext("a mapping file has the keys target, source, file and record"))
    return content


def _mapping(content: dict[str, Any]) -> Mapping:
    known_keys(content, _KEYS, "a mapping file")
    target = content.get("target")
    if target not in TARGETS:
        raise MappingError(gettext("target: write one of %(targets)s") % {"targets": ", ".join(TARGETS)})
    file = known_keys(content.get("file") or {}, _FILE_KEYS, "file")
    for key, value in file.items():
        if not isinstance(value, _FILE_KEYS[key]) or isinstance(value, bool):
            number, text = gettext("file → %(key)s: write a whole number"), gettext("file → %(key)s: write a text")
            raise MappingError((number if _FILE_KEYS[key] is int else text) % {"key": key})
    if file.get("decimal", ".") not in (".", ","):
        raise MappingError(gettext("file → decimal: write “.” or “,”"))
    decimal_comma = file.pop("decimal", ".") == ","
    edits, gathered = (content.get(key, False) for key in ("edits", "gathered"))
    if not isinstance(edits, bool) or not isinstance(gathered, bool):
        raise MappingError("edits, gathered: write true, or leave them out")
    source, rules = _source(content.get("source")), make_rules(target, content.get("record"), edits=edits)
    also = tuple(_part(part, source) for part in _parts(content.get("also")))
    said: dict[str, Any] = {"notes": _notes(content["record"].get("country"))}
    said |= {"accept": _accept(content.get("accept") or {}), "words": _words(target, content.get("words") or {})}
    return Mapping(
        target, source, rules, decimal_comma=decimal_comma, edits=edits, gathered=gathered, also=also, **said, **file
    )


def _notes(country: Any) -> tuple[str, ...]:
    """Tell where the country of rows comes from if not from a column."""
    given = country if isinstance(country, dict) else {}
    if given.get("from") == "location":
        return ("Rows that state no country get the one in whose outline their location lies; it is noted as derived.",)
    if "value" in given:
        whose = "the name of the file" if given.get("from") == "file name" else "the mapping"
        return (f"The country of all rows is {given['value']}, taken from {whose}.",)
    return ()


def _accept(given: Any) -> dict[str, Any]:
    for rule, rows in known_keys(given, RULES, "accept").items():
        if rows is not True and not (isinstance(rows, list) and all(isinstance(row, str) for row in rows)):
            raise MappingError(f"accept → {rule}: write true, or a list of ids, each in quotes")
    return dict(given)


def _words(target: str, given: Any) -> dict[str, dict[str, str]]:
    for key, meant in known_keys(given, keys_of(target), "words").items():
        if not isinstance(meant, dict) or not all(isinstance(text, str) for pair in meant.items() for text in pair):
            raise MappingError(f"words → {key}: write each of the file's words with the code that it means, both in quotes")
    return dict(given)


def _parts(given: Any) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list) or not 0 < len(given) < _MOST_PARTS:
        raise MappingError(f"also: write a list of up to {_MOST_PARTS - 1} kinds of record, each with target and record")
    return given


def _part(given: Any, source: SourceCard) -> Mapping:
    """Read what a row brings beside its first record."""
    said = known_keys(given, _ALSO_KEYS, "also")
    if said.get("target") not in TARGETS:
        raise MappingError(f"also → target: write one of {', '.join(TARGETS)}")
    return Mapping(said["target"], source, make_rules(said["target"], said.get("record")))


def _source(given: Any) -> SourceCard:
    """Read whom the rows cite; nothing enters the registry without."""
    card = known_keys(given, _SOURCE_KEYS, "source")
    for key in ("slug", "title"):
        if not card.get(key):
            raise MappingError(gettext("source → %(key)s: a source is required; it needs a %(key)s") % {"key": key})
    for key, value in card.items():
        if value is not None and not isinstance(value, str):
            raise MappingError(gettext("source → %(key)s: write a text, in quotes") % {"key": key})
    if (date := card.get("published")) and not (re.match(PARTIAL_DATE, date) and partial_date_is_real(date)):
        raise MappingError(gettext('source → published: write "2024", "2024-01" or "2024-01-23", in quotes'))
    if not re.fullmatch(SLUG, card["slug"]):
        raise MappingError(gettext("source → slug: write letters, digits and single hyphens"))
    return SourceCard(**card)
