"""Pairs of rows of one table, of which the one goes and the other stays: as many as a statement works on at once."""

from collections.abc import Iterator, Mapping

from registry.sql import Sql, sql

#: Key of the row that goes → key of the row that stays in its place.
Pairs = Mapping[int, int]


def listed(pairs: Pairs) -> Sql:
    """Return the pairs as a table `p` with the columns `gone` and `stays`."""
    return sql("unnest({gone}::bigint[], {stays}::bigint[]) AS p (gone, stays)", gone=list(pairs), stays=list(pairs.values()))


def apart(pairs: Pairs) -> Iterator[dict[int, int]]:
    """Divide pairs so that in no part two rows go to the same one: what hangs on both could be the same."""
    left = dict(pairs)
    while left:
        first: dict[int, int] = {}
        for gone, stays in left.items():
            first.setdefault(stays, gone)
        part = {gone: stays for stays, gone in first.items()}
        yield part
        left = {gone: stays for gone, stays in left.items() if gone not in part}
