"""What depends on the day that is asked about: whether a date has passed, which rows hold, which status was the last."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters.parameters import today
from api.resources.fields import RenderedByDate
from api.resources.resource import MAX_CHILDREN
from registry.sentences import Sentence
from registry.sql import Sql

_TEXT = {"type": "string", "nullable": True}


def day_of(moment: str) -> str:
    """Give the SQL of the day (UTC) of a moment."""
    return f"({moment} AT TIME ZONE 'UTC')::date"


@extend_schema_field({"type": "boolean", "nullable": True})
class Passed(RenderedByDate):
    """Whether a stated date has passed (UTC); null without one. A stated status is kept beside it."""

    def __init__(self, column: str, **kwargs: Any) -> None:
        """Name the column."""
        super().__init__(**kwargs)
        self.column = column

    def sql_at(self, moment: str, alias: str, model: Any) -> str:
        """Compare with the day of the moment as far as the date is known: a year has passed when it is over."""
        day = f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        return f"(left({day}, length({alias}.{self.column})) > {alias}.{self.column})"

    def to_representation(self, record: Any) -> bool | None:
        """Compare the same."""
        stated = getattr(record, self.column)
        return None if stated is None else today().isoformat()[: len(stated)] > stated


@extend_schema_field({"type": "string", "format": "date"})
class DayItself(RenderedByDate):
    """The day of the query."""

    def sql_at(self, moment: str, alias: str, model: Any) -> str:
        """Write it."""
        return day_of(moment)


class HoldingRows(RenderedByDate):
    """The rows that hold on the day, and those of which the dates do not tell: `holds` is true, or null."""

    def __init__(self, rows: str, link: str, kinds: tuple[str, ...], columns: tuple[str, ...] = (), **kwargs: Any) -> None:
        """Name the children, what their link is called, the foreign keys it may be, and the columns to show."""
        super().__init__(**kwargs)
        self.rows, self.link, self.kinds, self.columns = rows, link, kinds, columns
        properties = {
            link: {"type": "object", "nullable": True, "properties": dict.fromkeys(("kind", "slug", "name"), _TEXT)},
            **{column: {"type": "number" if column == "share_pct" else "string", "nullable": True} for column in columns},
            "holds": {"type": "boolean", "nullable": True, "description": "Null if the dates do not tell."},
        }
        extend_schema_field({"type": "array", "items": {"type": "object", "properties": properties}})(self)

    def sql_at(self, moment: str, alias: str, model: Any) -> str:
        """Ask each row by its dates; a row that points at a record that is not public is left out."""
        relation = next(r for r in model._meta.related_objects if r.get_accessor_name() == self.rows)
        child, key = relation.related_model, relation.field.column
        joins, links, public = "", "", []
        for kind in self.kinds:
            foreign = child._meta.get_field(kind)
            other = foreign.related_model
            joins += (
                f" LEFT JOIN {other._meta.db_table} x_{kind} ON x_{kind}.id = p.{foreign.column}"
                f" AND x_{kind}.record_status = 'published'"
            )
            links += (
                f" WHEN x_{kind}.id IS NOT NULL THEN json_build_object('kind', '{other._meta.model_name}',"
                f" 'slug', x_{kind}.slug, 'name', x_{kind}.\"{other.label_field}\")"
            )
            public.append(f"(p.{foreign.column} IS NULL OR x_{kind}.id IS NOT NULL)")
        shown = "".join(
            f", trim_scale(p.{column}) AS {column}" if column == "share_pct" else f', p."{column}"' for column in self.columns
        )
        holds = f'registry_holds_on(p.start, p."end", p.as_of, {day_of(moment)})'
        return (
            f'COALESCE((SELECT json_agg(row_to_json(o)) FROM (SELECT CASE{links} END AS "{self.link}"{shown}, {holds} AS holds'
            f" FROM {child._meta.db_table} p{joins} WHERE p.{key} = {alias}.id AND {' AND '.join(public)}"
            f" AND {holds} IS NOT FALSE ORDER BY p.id LIMIT {MAX_CHILDREN}) o), '[]'::json)"
        )


_NOTHING = Sentence("nothing dated up to this day is recorded")
_CHANGED = Sentence("it changed in {date}; the day is not recorded")
_ORDER = Sentence("the order of what happened in {date} is not recorded")
_TERM = Sentence("its term ended on {date}; what came after is not recorded")
_ENDED = Sentence("it ended in {date}; how is not recorded")


class StatusOn(serializers.Serializer):  # type: ignore[type-arg]
    """A status on a day, as the dated events and dates of the record tell it."""

    status = serializers.CharField(allow_null=True, help_text="The status; null if it is unknown on that day.")
    since = serializers.CharField(allow_null=True, help_text="The date of the event or date that it follows from.")
    basis = serializers.CharField(allow_null=True, help_text="What it follows from: `event`, `stated`, or the name of a date.")
    reason = serializers.CharField(allow_null=True, help_text="Why it is unknown; null if it is known.")


@extend_schema_field(StatusOn())
class StatusOnDay(RenderedByDate):
    """The status on the day: that of the last dated event or date up to it; unknown is a valid answer."""

    def __init__(self, statements: str, **kwargs: Any) -> None:
        """Take the SQL of what is dated, over the record `{r}`: first and last day, status, until, rank, basis, date."""
        super().__init__(**kwargs)
        self.statements = statements

    def sql_at(self, moment: str, alias: str, model: Any) -> str:
        """Take the last, and say why it does not tell: its own day, its order or its end is unknown."""
        said = self.statements.format(r=alias)
        return f"""(SELECT json_build_object('status', CASE WHEN q.reason IS NULL THEN q.status END,
            'since', CASE WHEN q.reason IS NULL THEN q.date END, 'basis', CASE WHEN q.reason IS NULL THEN q.basis END,
            'reason', q.reason)
            FROM (SELECT c.*, CASE
                WHEN c.date IS NULL THEN {_NOTHING.sql()}
                WHEN c.last_day > d.day THEN {_CHANGED.sql(date="c.date")}
                WHEN c.others THEN {_ORDER.sql(date="c.date")}
                WHEN registry_last_day(c.until) < d.day THEN {_TERM.sql(date="c.until")}
                WHEN c.status IS NULL THEN {_ENDED.sql(date="c.date")} END AS reason
            FROM (SELECT {day_of(moment)} AS day) d LEFT JOIN LATERAL (
                WITH said AS (SELECT * FROM ({said}) s (first_day, last_day, status, until, rank, basis, date)
                    WHERE s.first_day <= d.day)
                SELECT s.*, EXISTS (SELECT FROM said o WHERE o.rank = s.rank AND o.status <> s.status
                    AND o.last_day >= s.first_day AND (o.first_day < o.last_day OR s.first_day < s.last_day)) AS others
                FROM said s ORDER BY s.last_day DESC, s.rank DESC, s.first_day DESC LIMIT 1) c ON true) q)"""


#: Stands for the moment in SQL that is composed before the day is known.
_MOMENT = "§moment§"


def status_on_day(field: StatusOnDay, alias: str, model: type[models.Model], day: date) -> Sql:
    """Compose the status of the record `alias` on a day, as a JSON object."""
    composed = field.sql_at(_MOMENT, alias, model).replace("%", "%%")
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Sql(composed.replace(_MOMENT, "%s::timestamptz"), (moment,) * composed.count(_MOMENT))


def dated(column: str, status: str, rank: int, *, shift: int = 0, where: str = "true") -> str:
    """Give the SQL of what a date of the record says; `shift` is 1 for the last day of something."""
    return (
        f"SELECT registry_first_day({{r}}.{column}) + {shift}, registry_last_day({{r}}.{column}) + {shift}, {status},"
        f" NULL::text, {rank}, '{column}', {{r}}.{column} WHERE {{r}}.{column} IS NOT NULL AND {where}"
    )
