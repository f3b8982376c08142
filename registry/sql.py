"""SQL with its values, composed without writing either into the text by hand.

`sql("SELECT {column} FROM {table} WHERE id = {key}", column=identifier("slug"), table=identifier("registry_deposit"), key=5)`
gives the text with the identifiers quoted, and a place for each value, which the driver binds. The template is a literal of the
program; everything else comes in through its fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Any, LiteralString


@dataclass(frozen=True)
class Sql:
    """A piece of SQL as the driver takes it: `%s` stands for each of `values` in turn, a per cent sign is written twice.

    `keeps_plan` says that one plan is right for every value: the database may keep it. What is composed of pieces loses that.
    """

    text: str = ""
    values: tuple[Any, ...] = ()
    keeps_plan: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any SQL."""
        return bool(self.text)


def sql(template: LiteralString, **fields: Any) -> Sql:
    """Compose SQL: a field that is Sql is inserted with its values, any other is bound. Raises KeyError for one not given."""
    texts: list[str] = []
    values: list[Any] = []
    for before, name in _parsed(template):
        texts.append(before)
        if name is None:
            continue
        field = fields[name]
        if isinstance(field, Sql):
            texts.append(field.text)
            values += field.values
        else:
            texts.append("%s")
            values.append(field)
    return Sql("".join(texts), tuple(values))


@lru_cache(1_000)
def _parsed(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((before.replace("%", "%%"), name) for before, name, _, _ in Formatter().parse(template))


def identifier(*names: str) -> Sql:
    """Quote the name of a table or column, with what qualifies it before it."""
    return compiled(".".join('"' + name.replace('"', '""') + '"' for name in names))


def literal(text: str) -> Sql:
    """Quote a text that cannot be bound, such as one in the definition of an object or in a plan that is kept."""
    return compiled("'" + text.replace("'", "''") + "'")


def compiled(text: str) -> Sql:
    """Take SQL that another part has compiled from declarations, complete and without values."""
    return Sql(text.replace("%", "%%"))


def joined(separator: LiteralString, pieces: Iterable[Sql]) -> Sql:
    """Join pieces, with a separator between them."""
    pieces = list(pieces)
    return Sql(separator.join(piece.text for piece in pieces), tuple(value for piece in pieces for value in piece.values))
