"""Records that may be the same as another one: pairs of which people who compared them could not tell."""

from collections.abc import Iterator

from django.db import models
from django.db.models import F

from api.database.bound import Condition
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.parameters import boolean
from api.filters.queryables import Queryable, ValueType
from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Step, after
from registry.kinds import kind_of_model
from registry.matching.kinds import is_matched
from registry.models import Judgement
from registry.sql import Sql, identifier, joined, literal, sql
from registry.vocabularies import Verdict


class PossibleDuplicateFilter(Filter):
    """Whether nobody could tell a record from another one that readers see; of kinds that are compared."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""
        assert is_matched(model), f"{model.__name__} is not compared"

        def clause(given: str) -> Clause:
            wanted = boolean(name, given)
            listed = sql("{id} IN ({keys})" if wanted else "{id} NOT IN ({keys})", id=F("id"), keys=possible_duplicates(model))
            return Clause((name, wanted), lambda rows: rows.filter(Condition.of(listed)))

        yield Parameter(name, clause, self._TEXT, {"type": "boolean"})

    _TEXT = "Whether it may be the same as another record: people compared the two and could not tell."

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Tell true from false."""
        listed = sql("({id} IN ({keys}))", id=F("id"), keys=possible_duplicates(model))
        return Queryable(name, ValueType.BOOLEAN, text=self._TEXT, derived=Condition.of(listed))


def possible_duplicates(model: type[models.Model]) -> Sql:
    """Return the query for the keys of these records: one list, for a condition on either side would read every record."""
    kind = kind_of_model(model)
    assert kind is not None
    return joined(
        " UNION ALL ",
        (
            sql(
                "SELECT j.{side} FROM registry_judgement j JOIN {table} o ON o.id = j.{other} AND o.record_status = 'published'"
                " WHERE j.kind = {kind} AND j.verdict = {unsure}",
                side=identifier(side),
                other=identifier(other),
                table=identifier(model._meta.db_table),
                kind=literal(kind.name),
                unsure=literal(str(Verdict.UNSURE)),
            )
            for side, other in (("one_id", "other_id"), ("other_id", "one_id"))
        ),
    )


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps that make responses about possible duplicates again when a pair is judged."""
    bodies = {
        operation: " ".join(
            f"PERFORM registry_mark_change(kind) FROM (SELECT DISTINCT kind FROM {rows} WHERE verdict = '{Verdict.UNSURE}') j;"
            for rows in operation.transition.values()
        )
        for operation in WRITES
    }
    purpose = "forget the responses that say what may be the same as another record"
    return list(after(Judgement._meta.db_table, Layer.DATA_VERSION, "mark_doubtful", purpose, bodies, reads=("verdict",))), []
