"""Writes merges of pairs that have nothing in common: each step is one statement for all of them, however many there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection

from registry.matching.judgements import judged_same, judgements_follow
from registry.merging.differences import Difference
from registry.merging.ledger import Twins, name_the_reasons, note, note_without_history, positions
from registry.merging.move import move_all
from registry.merging.names import keep_name, name_column_of, names_follow
from registry.merging.stated_values import Cited
from registry.models.base import Record
from registry.pairs import listed
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class Chosen:
    """Two locked records, and whether the values of the one that goes are taken in each field in which they differ."""

    record: Any
    into: Any
    differences: tuple[tuple[Difference, bool], ...]

    @property
    def taken(self) -> list[Difference]:
        """List what the record that stays takes over."""
        return [difference for difference, is_taken in self.differences if is_taken]


def write(model: type[Record], merges: Sequence[Chosen], *, user: Any, reasons: Mapping[int, str]) -> None:
    """Write everything, and note what was done to each row: by that each merge can be taken back.

    `reasons` are by the key of the record that goes.
    """
    pairs = {one.record.pk: one.into.pk for one in merges}
    begin = positions(model)
    judgements = judged_same(model, pairs, user=user, reasons=reasons)
    since, twins = positions(model), Twins()
    note_without_history(judgements, model)
    _keep_stated(model, merges)
    names_follow(model, pairs)
    move_all(model, pairs, twins)
    judgements_follow(model, pairs)
    _mark(model, merges)
    _take(model, merges)
    _run(_versions(model, [judgement.pk for judgement in judgements.values()]))
    note(judgements, model, since, twins)
    if len(merges) > 1:
        name_the_reasons(judgements, model, begin)


def _keep_stated(model: type[Record], merges: Sequence[Chosen]) -> None:
    """Let citations keep what does not stay, and carry a name that does not stay as another name."""
    cited = Cited(model, chain.from_iterable((one.record.pk, one.into.pk) for one in merges))
    for one in merges:
        for difference, is_taken in one.differences:
            if not is_taken:
                cited.keep_stated(one.record, difference, difference.other, against=difference.kept)
            elif not difference.survivor_is_silent:
                cited.keep_stated(one.into, difference, difference.kept, against=difference.other)
        label = model.label_field
        record_name, name = (getattr(each, label) for each in (one.record, one.into))
        if name_column_of(model) and record_name and name and record_name != name:
            loses = one.into if label in {difference.name for difference in one.taken} else one.record
            cited.carry_as_other_name(loses, str(getattr(loses, label)))
    cited.write()


def _mark(model: type[Record], merges: Sequence[Chosen]) -> None:
    """Let the records that go lead to those that stay."""
    _run(
        sql(
            "UPDATE {table} t SET record_status = {merged}, merged_into_id = p.stays FROM {pairs} WHERE t.id = p.gone",
            table=identifier(model._meta.db_table),
            merged=RecordStatus.MERGED,
            pairs=listed({one.record.pk: one.into.pk for one in merges}),
        )
    )


def _take(model: type[Record], merges: Sequence[Chosen]) -> None:
    """Give the records that stay the values that are taken, from the rows of those that go."""
    taking = {one.record.pk: {field.column: field for d in one.taken for field in d.fields} for one in merges if one.taken}
    if not taking:
        return
    label = str(model._meta.get_field(model.label_field).column)  # type: ignore[union-attr]
    for one in merges:
        if label in taking.get(one.record.pk, ()):
            keep_name(one.into, getattr(one.record, model.label_field))
    of_column: dict[str, list[int]] = {}
    for key, columns in taking.items():
        for column in columns:
            of_column.setdefault(column, []).append(key)
    _run(
        sql(
            "UPDATE {table} t SET {values} FROM {pairs} JOIN {table} g ON g.id = p.gone WHERE t.id = p.stays",
            table=identifier(model._meta.db_table),
            values=joined(", ", (_taken(column, keys) for column, keys in of_column.items())),
            pairs=listed({one.record.pk: one.into.pk for one in merges if one.taken}),
        )
    )


def _taken(column: str, keys: Collection[int]) -> Sql:
    return sql(
        "{column} = CASE WHEN p.gone = ANY ({keys}) THEN {theirs} ELSE {own} END",
        column=identifier(column),
        keys=list(keys),
        theirs=identifier("g", column),
        own=identifier("t", column),
    )


def _versions(model: type[Record], keys: list[int]) -> Sql:
    """Keep in each judgement the version of the record that stays."""
    return sql(
        "UPDATE registry_judgement j SET stays_version = r.version FROM {table} r WHERE j.id = ANY ({keys})"
        " AND r.id = CASE j.gone_id WHEN j.one_id THEN j.other_id ELSE j.one_id END",
        table=identifier(model._meta.db_table),
        keys=keys,
    )


def _run(query: Sql) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
