"""A function in the database, and the trigger that calls it, as they are declared."""

from dataclasses import dataclass
from hashlib import sha256

from registry.derived.steps import Layer, Step

_TAG = "$derived$"


@dataclass(frozen=True, kw_only=True)
class DerivedTrigger:
    """When a function is called: `events` and `referencing` as CREATE TRIGGER has them."""

    name: str
    table: str
    events: str
    referencing: str = ""
    level: str = "STATEMENT"
    constraint: bool = False

    def create(self, function: str) -> str:
        """Return the statement that makes it; a constraint trigger is deferred to the commit."""
        kind, timing = ("CONSTRAINT TRIGGER", " DEFERRABLE INITIALLY DEFERRED") if self.constraint else ("TRIGGER", "")
        return (
            f"CREATE {kind} {self.name} {self.events} ON {self.table}{timing}{self.referencing}"
            f" FOR EACH {self.level} EXECUTE FUNCTION {function}()"
        )


@dataclass(frozen=True, kw_only=True)
class DerivedFunction:
    """A function that is generated from declarations, with the triggers that call it."""

    name: str
    purpose: str
    body: str
    arguments: str = ""
    returns: str = "trigger"
    #: Functions in SQL that are one expression are written into the queries that call them.
    language: str = "plpgsql"
    #: Settings of the planner while it runs, and its volatility, as CREATE FUNCTION has them.
    options: str = ""
    triggers: tuple[DerivedTrigger, ...] = ()
    steps: tuple[Step, ...] = ()
    layer: Layer | None = None
    #: The resource whose stored values are rendered again when this function has changed.
    renders: str = ""

    @property
    def source(self) -> str:
        """Return the text that PostgreSQL keeps of it."""
        return f"\n{self.body.strip()}\n"

    def create(self) -> str:
        """Return the statement that makes or replaces it."""
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}({self.arguments}) RETURNS {self.returns}"
            f" LANGUAGE {self.language} {self.options} AS {_TAG}{self.source}{_TAG}"
        )

    def statements(self) -> list[str]:
        """Return everything that has to be run to make it."""
        return [self.create(), *(trigger.create(self.name) for trigger in self.triggers)]

    @property
    def digest(self) -> str:
        """Return a short text that differs when the declaration does."""
        return sha256(";\n".join(self.statements()).encode()).hexdigest()[:32]
