"""Cards, turned into rows: keys are checked, shorthands written out, references named."""

from collections.abc import Iterator
from typing import Any

from django.db.models import ForeignKey

from registry import models as m
from registry.kinds import kind_of_model
from registry.seeding.coverage import entries_of, spread
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.kinds import KINDS, AnyModel, Child, Inner, Kind, owner_column
from registry.seeding.reader import File
from registry.seeding.rows import ById, Ref, Row, record_ref, row_ref
from registry.seeding.values import fields_of, value_of
from registry.vocabularies import RecordStatus

#: Keys of a file that are no lists of cards.
GIVES_WAY, BOUNDARIES = "gives_way", "boundaries"
SLUG, CITES = "slug", "cites"


def rows_of(file: File) -> Iterator[Row]:
    """Go through the rows that the cards of a file describe."""
    gives_way = file.content.get(GIVES_WAY, False)
    for key, cards in file.content.items():
        if key in (GIVES_WAY, BOUNDARIES):
            continue
        if key not in KINDS:
            raise SeedError(file.place.at(key), f"there is no such kind of card; there are: {', '.join(KINDS)}")
        if not isinstance(cards, list):
            raise SeedError(file.place.at(key), "cards must be in a list, each after a hyphen")
        for number, card in enumerate(cards):
            yield from _card(KINDS[key], card, file.place.at(key, number), gives_way, {})


def _card(kind: Kind, card: Any, place: CardLocation, gives_way: bool, given: dict[str, Any]) -> Iterator[Row]:
    """Go through the rows of one card and of the cards inside it; `given` comes from the card it stands in."""
    if not isinstance(card, dict) or not isinstance(card.get(SLUG), str):
        raise SeedError(place, "a card begins with its slug, in quotes")
    place = place.of(f"{kind.model._meta.verbose_name} “{card[SLUG]}”")
    owner = record_ref(kind.model, card[SLUG])
    values = {"record_status": RecordStatus.PUBLISHED.value, **given}
    lists: list[tuple[str, Any]] = []
    for key, value in card.items():
        if key in kind.children or key in kind.inner:
            lists.append((key, value))
        else:
            values |= _field(kind.model, key, value, place.at(key), tuple(kind.children) + tuple(kind.inner))
    yield Row(owner, owner, values, place, gives_way)
    below: list[Row] = []
    for key, value in lists:
        if key in kind.children and key != CITES:
            below += _rows(kind.children[key], value, place.at(key), owner, owner, gives_way)
    yield from below
    for key, value in lists:
        if key == CITES:
            cites = spread(value, entries_of(kind.model, values, below), place.at(key))
            yield from _rows(kind.children[key], cites, place.at(key), owner, owner, gives_way)
        elif key in kind.inner:
            yield from _inner(kind, key, value, place, owner, gives_way)


def _inner(kind: Kind, key: str, cards: Any, place: CardLocation, owner: Ref, gives_way: bool) -> Iterator[Row]:
    """Go through the cards inside a card, which refer to it by themselves."""
    name, inner = kind.inner[key]
    if not isinstance(cards, list):
        raise SeedError(place.at(key), "this is a list of cards, each after a hyphen")
    for number, card in enumerate(cards):
        given = {inner.field: owner} if inner.field else {}
        yield from _card(KINDS[name], card, place.at(key, number), gives_way, given)
        if inner.subject:
            yield _subject(name, card, inner, place, owner, gives_way)


def _subject(name: str, card: dict[str, Any], inner: Inner, place: CardLocation, owner: Ref, gives_way: bool) -> Row:
    """Make the outer card a subject of the inner one."""
    child, finding = KINDS[name].children["subjects"], record_ref(KINDS[name].model, card[SLUG])
    values = {"finding": finding, str(inner.subject): owner}
    return Row(row_ref(child.model, "finding", finding, child.identity, values), finding, values, place, gives_way)


def _rows(child: Child, items: Any, place: CardLocation, parent: Ref, owner: Ref, gives_way: bool) -> Iterator[Row]:
    """Go through the rows of one list of a card."""
    column = owner_column(child, parent.model)
    for item, where in _items(child, items, place):
        values: dict[str, Any] = {column: parent, **child.fixed}
        inner: list[tuple[str, Any]] = []
        for key, value in item.items():
            if key in child.children:
                inner.append((key, value))
            else:
                values |= _field(child.model, child.words.get(key, key), value, where.at(key), tuple(child.children))
        row = Row(row_ref(child.model, column, parent, child.identity, values), owner, values, where, gives_way)
        yield row
        for key, value in inner:
            given = spread(value, entries_of(child.model, values), where.at(key)) if key == CITES else value
            yield from _rows(child.children[key], given, where.at(key), row.ref, owner, gives_way)


def _items(child: Child, items: Any, place: CardLocation) -> Iterator[tuple[dict[str, Any], CardLocation]]:
    """Write shorthands out: each item becomes a mapping of fields."""
    if child.pairs or child.by_column:
        if not isinstance(items, dict):
            raise SeedError(place, "this is written as “key: value” or “key: [value, value]”")
        for key, value in items.items():
            for one in value if isinstance(value, list) else [value]:
                yield ({child.pairs[0]: key, child.pairs[1]: one} if child.pairs else {key: one}), place.at(key)
        return
    if not isinstance(items, list):
        raise SeedError(place, "this is a list")
    for number, item in enumerate(items):
        where = place.at(number)
        if isinstance(item, str) and child.short:
            yield {child.short: item}, where
        elif isinstance(item, dict):
            yield item, where
        else:
            raise SeedError(where, "this is a mapping of fields" + (" or plain text" if child.short else ""))


def _field(model: AnyModel, key: str, value: Any, place: CardLocation, lists: tuple[str, ...]) -> dict[str, Any]:
    """Check one key of a card or of an item; a source is given together with the place in it."""
    fields = fields_of(model)
    if key not in fields:
        raise SeedError(place, f"there is no such key; there are: {', '.join(sorted((*fields, *lists)))}")
    field = fields[key]
    if not isinstance(field, ForeignKey):
        return {key: value_of(field, value, place)}
    if value is None:
        return {key: None}
    if not isinstance(value, str):
        raise SeedError(place, "this names a record by its slug, in quotes")
    target = field.related_model
    if target is m.Source and "locator" in fields and "#" in value:
        slug, _, locator = value.partition("#")
        return {key: record_ref(target, slug), **_field(model, "locator", locator, place, ())}
    if (kind := kind_of_model(target)) and not kind.is_record:
        return {key: ById(target, value)}
    return {key: record_ref(target, value)}
