"""Records that may be the same as another one: pairs of which people who compared them could not tell."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import QuerySet

from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.parameters import boolean
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
            # One list: a condition on either of two would read every record.
            ids = _of(model, "one_id", "other_id").union(_of(model, "other_id", "one_id"), all=True)
            return Clause((name, wanted), lambda rows: rows.filter(id__in=ids) if wanted else rows.exclude(id__in=ids))

        text = "Whether it may be the same as another record: people compared the two and could not tell."
        yield Parameter(name, clause, text, {"type": "boolean"})


def _of(model: type[models.Model], side: str, other: str) -> "QuerySet[Judgement, dict[str, Any]]":
    """Return the keys on one side of the pairs whose other record is public."""
    kind = kind_of_model(model)
    assert kind is not None
    public = model._base_manager.filter(record_status="published").values("id")
    pairs: QuerySet[Judgement] = Judgement.objects.filter(kind=kind.name, verdict=Verdict.UNSURE, **{f"{other}__in": public})
    keys: QuerySet[Judgement, dict[str, Any]] = pairs.order_by().values(side)
    return keys


def possible_duplicates(model: type[models.Model]) -> Sql:
    """Return the query for the keys of the same records."""
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
            f"IF EXISTS (SELECT FROM {rows} WHERE verdict = '{Verdict.UNSURE}') THEN PERFORM registry_mark_change(); END IF;"
            for rows in operation.transition.values()
        )
        for operation in WRITES
    }
    purpose = "forget the responses that say what may be the same as another record"
    return list(after(Judgement._meta.db_table, Layer.DATA_VERSION, "mark_doubtful", purpose, bodies, reads=("verdict",))), []
