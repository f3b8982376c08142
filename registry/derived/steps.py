"""One thing that a write triggers, and the order in which such things happen."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Layer(IntEnum):
    """What a step is for. Within one trigger, steps run in this order."""

    RULES = 1
    VERSIONS = 2
    PLACES = 3
    CONCERNS = 4
    CHANGES = 5
    HISTORY = 6
    NAMES = 7
    PARENTS = 8
    BOUNDARIES = 9
    TALLIES = 10
    TILES = 11
    FACETS = 12
    DOCUMENTS = 13
    CHECKS = 14
    DATA_VERSION = 15

    @property
    def label(self) -> str:
        """Name it as `derived list` prints it."""
        return self.name.lower().replace("_", " ")


class Operation(StrEnum):
    """What is done to a table."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"

    @property
    def transition(self) -> dict[str, str]:
        """Return the transition tables of a statement: NEW or OLD, and the name under which steps read it."""
        new, old = {"NEW": "new_rows"}, {"OLD": "old_rows"}
        return {Operation.INSERT: new, Operation.UPDATE: old | new, Operation.DELETE: old, Operation.TRUNCATE: {}}[self]


WRITES = (Operation.INSERT, Operation.UPDATE, Operation.DELETE)


class Moment(StrEnum):
    """When a step runs: before each row is written, or after the statement, with all its rows."""

    BEFORE_ROW = "before"
    AFTER_STATEMENT = "after"


@dataclass(frozen=True, kw_only=True)
class Step:
    """PL/pgSQL statements that run when a table is written.

    Before a row they read NEW and OLD and may change NEW; after a statement they read the tables `new_rows` and `old_rows`.
    They are a block with the step's name as label, so `EXIT name;` ends the step, and no step returns.
    """

    layer: Layer
    name: str
    purpose: str
    table: str
    moment: Moment
    operations: tuple[Operation, ...]
    body: str
    #: Declarations of the block.
    variables: str = ""
    #: Columns on which it rests, as `table.column`, for those who read the list.
    reads: frozenset[str] = field(default_factory=frozenset)
    #: Columns of which it asks, by `given`, whether any row of the statement has a value.
    asks: frozenset[str] = field(default_factory=frozenset)
    #: Settings of PostgreSQL under which the steps of its table run.
    options: str = ""

    def block(self) -> str:
        """Return the step as a labelled block."""
        declared = f"DECLARE {self.variables}\n" if self.variables else ""
        return f"-- {self.layer.label}: {self.purpose}\n<<{self.name}>>\n{declared}BEGIN\n{self.body.strip()}\nEND {self.name};"


def given(column: str) -> str:
    """Return the variable that tells a step after a statement whether any of its rows has a value in a column.

    A citation may belong to records of fifteen kinds: the rows are read once for all steps, and not once for each kind by each.
    """
    return f"given_{column}"


def if_given(column: str, statements: str) -> str:
    """Return statements that run if any row of the statement has a value in a column; the step `asks` for the column."""
    return f"IF {given(column)} THEN\n{statements}\nEND IF;"


def before(
    table: str,
    layer: Layer,
    name: str,
    purpose: str,
    body: str,
    *,
    operations: tuple[Operation, ...] = WRITES[:2],
    reads: Iterable[str] = (),
    variables: str = "",
) -> Step:
    """Return a step that runs before each row is written: inserted or updated, if nothing else is said."""
    return Step(
        layer=layer,
        name=name,
        purpose=purpose,
        table=table,
        moment=Moment.BEFORE_ROW,
        operations=operations,
        body=body,
        variables=variables,
        reads=frozenset(reads),
    )


def after(
    table: str,
    layer: Layer,
    name: str,
    purpose: str,
    bodies: Mapping[Operation, str],
    *,
    reads: Iterable[str] = (),
    asks: Iterable[str] = (),
    variables: str = "",
    options: str = "",
) -> Iterator[Step]:
    """Return the steps that run after a statement, one for each operation that has statements to run."""
    asks = frozenset(asks)
    for operation, body in bodies.items():
        yield Step(
            layer=layer,
            name=name,
            purpose=purpose,
            table=table,
            moment=Moment.AFTER_STATEMENT,
            operations=(operation,),
            body=body,
            variables=variables,
            reads=frozenset(reads),
            asks=asks,
            options=options,
        )
