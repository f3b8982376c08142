"""The log of all changes: of every kind of record that somebody may see, newest first, with filters and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from curation.history.events import shown_columns
from curation.labels import field_label
from registry.history import history_of
from registry.kinds import RECORD_KINDS, RecordKind, kind_named

PER_PAGE = 50
#: An export of the log holds so many changes; filters by day lead to the others.
MOST_EXPORTED = 10_000
_LABELS = ("insert", "update", "delete")


@dataclass(frozen=True)
class LogQuery:
    """What a URL asks of the log; `problems` are the parameters that it does not understand."""

    kinds: tuple[RecordKind, ...]
    person: int | None = None
    done: str = ""
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    before: "tuple[datetime, int, int] | None" = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class LogEntry:
    """One version of one record."""

    kind: RecordKind
    key: int
    number: int
    done: str
    at: datetime
    name: str
    slug: str
    status: str
    version: int
    context: dict[str, Any]
    transaction: int
    who: str
    fields: tuple[str, ...] = ()

    @property
    def kind_said(self) -> str:
        """Name the kind."""
        return str(self.kind.model._meta.verbose_name)

    @property
    def why(self) -> str:
        """Return the reason."""
        return str(self.context.get("reason") or "")


def read(request: HttpRequest, site: AdminSite) -> LogQuery:
    """Read what is query, of the kinds that this person may see."""
    seen = tuple(
        kind
        for kind in RECORD_KINDS
        if (page := site._registry.get(kind.model)) and page.has_view_or_change_permission(request)
    )
    given, problems = request.GET, []
    kinds = tuple(kind for kind in seen if kind.name == given.get("kind"))
    if given.get("kind") and not kinds:
        problems.append("kind")
    person = _number(given.get("by", ""))
    if given.get("by") and person is None:
        problems.append("by")
    done = given.get("done", "")
    if done and done not in _LABELS:
        problems.append("done")
        done = ""
    days: dict[str, datetime | None] = {}
    for name in ("since", "until"):
        days[name] = _day(given.get(name, ""))
        if given.get(name) and days[name] is None:
            problems.append(name)
    until = days["until"] + timedelta(days=1) if days["until"] else None
    reason = given.get("reason", "").replace("\x00", "").strip()[:200]
    return LogQuery(kinds or seen, person, done, days["since"], until, reason, _place(given.get("before", "")), tuple(problems))


def entries(query: LogQuery, most: int, *, with_fields: bool = True) -> list[LogEntry]:
    """Return the newest changes that are query for."""
    parts = [_of_kind(query, number, kind, most) for number, kind in enumerate(query.kinds)]
    if not parts:
        return []
    if len(parts) == 1:
        rows = list(parts[0])
    else:
        rows = list(parts[0].union(*parts[1:], all=True).order_by("-pgh_created_at", "of", "-pgh_id")[:most])
    users = {int(user) for row in rows for user in _people(row[6] or {})}
    names = dict(get_user_model()._default_manager.filter(pk__in=users).values_list("pk", "username")) if users else {}
    found = [
        LogEntry(
            kind=query.kinds[of],
            key=key,
            number=number,
            done=done,
            at=at,
            name=str(name or slug),
            slug=slug,
            status=status,
            version=version,
            context=context or {},
            transaction=transaction,
            who=_who(context or {}, names),
        )
        for of, number, key, done, at, transaction, context, slug, name, status, version in rows
    ]
    return _with_fields(found) if with_fields else found


def place_after(entry: LogEntry, query: LogQuery) -> str:
    """Name the place from which the next page begins."""
    return f"{entry.at.timestamp():.6f}~{query.kinds.index(entry.kind)}~{entry.number}"


def _of_kind(query: LogQuery, number: int, kind: RecordKind, most: int) -> Any:
    model: Any = kind.model
    rows = history_of(model)._base_manager.filter(_condition(query, number))
    columns = ("pgh_id", "pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_transaction", "pgh_context", "slug")
    text = CharField()
    rows = rows.annotate(of=Value(number), called=Cast(F(model.label_field), text))
    return rows.order_by("-pgh_created_at", "-pgh_id").values_list("of", *columns, "called", "record_status", "version")[:most]


def _condition(query: LogQuery, number: int) -> Q:
    parts = [Q()]
    if query.person is not None:
        parts.append(Q(pgh_context__has_key="user") & (Q(pgh_context__user=query.person) | Q(pgh_context__author=query.person)))
    if query.done:
        parts.append(Q(pgh_label=query.done))
    if query.since:
        parts.append(Q(pgh_created_at__gte=query.since))
    if query.until:
        parts.append(Q(pgh_created_at__lt=query.until))
    if query.reason:
        # Only people give reasons: their changes have an index of their own.
        parts.append(Q(pgh_context__has_key="user", pgh_context__reason__icontains=query.reason))
    if query.before:
        at, of, last = query.before
        if number < of:
            parts.append(Q(pgh_created_at__lt=at))
        elif number == of:
            parts.append(Q(pgh_created_at__lte=at) & (Q(pgh_created_at__lt=at) | Q(pgh_id__lt=last)))
        else:
            parts.append(Q(pgh_created_at__lte=at))
    return reduce(and_, parts)


def _with_fields(found: list[LogEntry]) -> list[LogEntry]:
    """Name the fields of the records that changed, by comparing each version with the one before it."""
    named: dict[tuple[str, int], tuple[str, ...]] = {}
    for name in {entry.kind.name for entry in found if entry.done == "update"}:
        model: Any = kind_named(name).model
        numbers = [entry.number for entry in found if entry.kind.name == name and entry.done == "update"]
        named |= {(name, number): fields for number, fields in _changed(model, numbers)}
    return [LogEntry(**{**vars(entry), "fields": named.get((entry.kind.name, entry.number), ())}) for entry in found]


def _changed(model: Any, numbers: list[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    history: Any = history_of(model)._base_manager
    columns, shapes = shown_columns(model)
    earlier = history.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    pairs = dict(
        history.filter(pk__in=numbers).annotate(was=Subquery(earlier.values("pgh_id")[:1])).values_list("pgh_id", "was")
    )
    rows = {row["pgh_id"]: row for row in history.filter(pk__in={*pairs, *pairs.values()}).values("pgh_id", *columns, *shapes)}
    fields = {field.attname: field for field in model._meta.concrete_fields}
    for number, was in pairs.items():
        if was in rows:
            new, old = rows[number], rows[was]
            yield number, tuple(str(field_label(fields[one])) for one in (*columns, *shapes) if new[one] != old[one])


def _people(context: dict[str, Any]) -> Iterator[Any]:
    yield from (context[name] for name in ("user", "author") if context.get(name) is not None)


def _who(context: dict[str, Any], names: dict[int, str]) -> str:
    user, author = context.get("user"), context.get("author")
    if user is None:
        run = context.get("import_run")
        return _("import %(number)s") % {"number": run} if run else str(context.get("actor") or _("the registry"))
    by = names.get(int(user)) or str(user)
    if author is None or author == user:
        return by
    return _("%(author)s, published by %(by)s") % {"author": names.get(int(author)) or author, "by": by}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str) -> datetime | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(found, time(), UTC) if found and 1900 <= found.year < 9999 else None


def _place(text: str) -> tuple[datetime, int, int] | None:
    moment, _tilde, rest = text.partition("~")
    of, _tilde, number = rest.partition("~")
    if not (of.isdecimal() and number.isdecimal() and len(of) < 4 and len(number) < 19):
        return None
    try:
        seconds, micros = moment.split(".")
        return datetime.fromtimestamp(int(seconds), UTC).replace(microsecond=int(micros)), int(of), int(number)
    except (ValueError, OverflowError, OSError):
        return None
