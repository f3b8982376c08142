"""What waits for one person: returned, to review, assigned, mentioned, drafts; and what will need somebody soon."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, Model, OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from curation.imports.receive import their_own
from curation.labels import label
from curation.light import labelled, light
from curation.linked import change_url
from curation.soon import ending
from registry import words
from registry.freshness import past_sources
from registry.history import history_of
from registry.kinds import ALL, RECORD_KINDS, kind_named
from registry.models import Disagreement, ImportRun, License, NoteMention, Proposal, ProposalEntry, Report
from registry.vocabularies import ImportState, ProposalState, RecordStatus, ReportState
from registry.words import called

SHOWN = 8
#: Rights and works that end within so many days are listed.
ENDS_WITHIN_DAYS = 90


@dataclass(frozen=True)
class WorkItem:
    """Something that waits: what, since when, because of whom and why."""

    name: str
    address: str
    kind: str = ""
    since: Any = None
    who: str = ""
    why: str = ""
    when: str = ""


@dataclass(frozen=True)
class WorkList:
    """What waits for one reason, and where all of it is listed."""

    name: str
    title: str
    items: tuple[WorkItem, ...]
    nothing: str = ""
    more: tuple[tuple[str, str], ...] = field(default=())


def my_work(
    request: HttpRequest, site: AdminSite, in_review: list[Any], drafts: list[Any], uncovered: dict[Any, int]
) -> list[WorkList]:
    """Gather the lists that are not empty, and those that say so.

    Given are the kinds that have records in review, those that have drafts, and how many records of a kind are uncovered.
    """
    seen = [model for model, page in site._registry.items() if page.has_view_or_change_permission(request)]
    lists = [
        _returned(request),
        _to_review(request, site, seen, in_review),
        _assigned(request),
        _mentions(request, site, seen),
        _drafts(request, site, drafts),
        _ending(site, seen),
        _past_editions(site, seen),
        _disputes(site, seen),
        _uncovered(seen, uncovered),
    ]
    return [one for one in lists if one.items or one.more or one.nothing]


def _proposals(rows: Any, said: Callable[[Any], str] = lambda one: str(one.reason)) -> tuple[WorkItem, ...]:
    return tuple(
        WorkItem(
            one.label,
            reverse("admin:registry_proposal_change", args=[one.pk]),
            f"{kind_named(one.kind).model._meta.verbose_name}, {one.get_origin_display().lower()}",
            one.changed_at,
            str(one.author),
            said(one),
        )
        for one in rows.select_related("author")[:SHOWN]
    )


def _returned(request: HttpRequest) -> WorkList:
    last = ProposalEntry.objects.filter(proposal=OuterRef("pk")).order_by("-pk").values("comment")[:1]
    rows = Proposal.objects.filter(author=request.user.pk, state=ProposalState.RETURNED).annotate(said=Subquery(last))
    return WorkList(
        "returned", gettext("Returned to me"), _proposals(rows.order_by("-changed_at"), lambda one: str(one.said or ""))
    )


def _to_review(request: HttpRequest, site: AdminSite, seen: list[Any], in_review: list[Any]) -> WorkList:
    """List the proposals and records that this person may publish, reports, and differences of imports."""
    kinds = [kind.name for kind in ALL if kind.model in seen and _publishes(request, kind)]
    rows = Proposal.objects.filter(state=ProposalState.OPEN, kind__in=kinds).exclude(author=request.user.pk)
    items = list(_proposals(rows.order_by("changed_at")))
    listed = [(reverse("admin:registry_proposal_changelist") + "?state__exact=open", gettext("all proposals"))] if items else []
    models = [kind.model for kind in RECORD_KINDS if kind.name in kinds and kind.model in in_review]
    items += _in_state(models, RecordStatus.IN_REVIEW, site)
    if Report in seen:
        reports = Report.objects.filter(state=ReportState.WAITING)
        number = reports.count()
        items += [
            WorkItem(
                str(one),
                reverse("admin:registry_report_change", args=[one.pk]),
                gettext("report of a reader"),
                one.created_at,
                gettext("a reader"),
                one.text[:200],
            )
            for one in reports.order_by("pk")[:SHOWN]
        ]
        if number:
            address = f"{reverse('admin:registry_report_changelist')}?state__exact=waiting"
            listed.append(
                (
                    address,
                    ngettext("%(number)s report of readers", "%(number)s reports of readers", number) % {"number": number},
                )
            )
    if ImportRun in seen:
        items += _differences(request)
    return WorkList(
        "review",
        gettext("To review"),
        tuple(sorted(items, key=lambda one: one.since)[: 2 * SHOWN]),
        gettext("Nothing waits for review."),
        tuple(listed),
    )


def _publishes(request: HttpRequest, kind: Any) -> bool:
    whole = kind_named(kind.part_of) if kind.part_of else kind
    return bool(whole.is_record and request.user.has_perm(f"registry.publish_{whole.model._meta.model_name}"))


def _differences(request: HttpRequest) -> Iterator[WorkItem]:
    runs = their_own(ImportRun.objects.defer("report"), request.user).filter(state=ImportState.LOADED, counts__differing__gt=0)
    decided = Proposal.objects.filter(problem__run=OuterRef("pk")).order_by().values("problem__run").annotate(n=Count("pk"))
    for run in runs.annotate(decided=Subquery(decided.values("n"))).select_related("user").order_by("-pk")[:SHOWN]:
        number = run.counts["differing"] - (run.decided or 0)
        if number > 0:
            address = f"{reverse('admin:registry_importproblem_changelist')}?run__id__exact={run.pk}&decision=waits"
            why = ngettext("%(number)s difference", "%(number)s differences", number) % {"number": f"{number:,}"}
            yield WorkItem(run.file_name, address, called("import"), run.loaded_at, str(run.user or run.actor), why)


def _in_state(models: Iterable[type[Model]], status: RecordStatus, site: AdminSite, by: int | None = None) -> list[WorkItem]:
    """List records in a state with who changed them last and why; those that somebody has written in, if named."""
    found: list[tuple[Any, dict[str, Any]]] = []
    for model in models:
        events: Any = history_of(model)._base_manager.filter(pgh_obj_id=OuterRef("pk"))
        last = Subquery(events.order_by("-pgh_id").values("pgh_context")[:1])
        rows = light(model._base_manager.filter(record_status=status)).annotate(last_context=last)
        if by is not None:
            rows = rows.filter(Exists(events.filter(pgh_context__user=by)))
        found += [(row, row.last_context or {}) for row in rows.order_by("-updated_at")[:SHOWN]]
    found = sorted(found, key=lambda one: one[0].updated_at, reverse=True)[:SHOWN]
    keys = {int(user) for _, context in found if (user := context.get("user")) is not None}
    people = dict(get_user_model()._default_manager.filter(pk__in=keys).values_list("pk", "username")) if keys else {}
    return [
        WorkItem(
            label(row),
            change_url(row, site),
            str(row._meta.verbose_name),
            row.updated_at,
            people.get(context.get("user", 0)) or str(context.get("actor") or ""),
            str(context.get("reason") or ""),
        )
        for row, context in found
    ]


def _assigned(request: HttpRequest) -> WorkList:
    rows = Proposal.objects.filter(assigned_to=request.user.pk, state=ProposalState.OPEN)
    return WorkList("assigned", gettext("Assigned to me"), _proposals(rows.order_by("changed_at")))


def _mentions(request: HttpRequest, site: AdminSite, seen: list[Any]) -> WorkList:
    rows = NoteMention.objects.filter(user=request.user.pk, seen_at=None).select_related("note", "note__by")
    notes = [row.note for row in rows.order_by("-pk")[:SHOWN]]
    held: dict[tuple[str, int], Any] = {}
    for name in {note.kind for note in notes}:
        model = kind_named(name).model
        keys = [note.record_id for note in notes if note.kind == name]
        held |= {(name, one.pk): one for one in labelled(model).filter(pk__in=keys)} if model in seen else {}
    items = (
        WorkItem(label(record), f"{change_url(record, site)}#notes", called("note"), note.at, str(note.by), note.text[:200])
        for note in notes
        if (record := held.get((note.kind, note.record_id))) is not None
    )
    return WorkList("mentions", gettext("Mentions of me"), tuple(items))


def _drafts(request: HttpRequest, site: AdminSite, drafts: list[Any]) -> WorkList:
    items = _in_state(drafts, RecordStatus.DRAFT, site, by=request.user.pk)
    return WorkList("drafts", gettext("My drafts"), tuple(items), gettext("You have no drafts."))


def _ending(site: AdminSite, seen: list[Any]) -> WorkList:
    if License not in seen:
        return WorkList("ending", "", ())
    rows = ending(ENDS_WITHIN_DAYS, light(License.objects.filter(record_status=RecordStatus.PUBLISHED), "country"))
    rows = rows.order_by("expires", "pk")
    items = tuple(
        WorkItem(
            label(one),
            change_url(one, site),
            called("licence"),
            when=gettext("ends %(expires)s") % {"expires": one.expires},
        )
        for one in rows[:SHOWN]
    )
    more = (
        ((f"{reverse('admin:registry_license_changelist')}?ends={ENDS_WITHIN_DAYS}", gettext("all of them")),) if items else ()
    )
    return WorkList(
        "ending",
        ngettext("Ending within %(days)s day", "Ending within %(days)s days", ENDS_WITHIN_DAYS) % {"days": ENDS_WITHIN_DAYS},
        items,
        more=more,
    )


def _past_editions(site: AdminSite, seen: list[Any]) -> WorkList:
    sources = kind_named("source").model
    rows = light(past_sources())[:SHOWN] if sources in seen else []
    items = tuple(
        WorkItem(
            label(one),
            change_url(one, site),
            called("source"),
            when=gettext("expected %(next_edition)s") % {"next_edition": one.next_edition},
        )
        for one in rows
    )
    more = ((f"{reverse('admin:registry_source_changelist')}?warning=past_edition", gettext("all of them")),) if items else ()
    return WorkList("editions", gettext("Sources past their next edition"), items, more=more)


def _disputes(site: AdminSite, seen: list[Any]) -> WorkList:
    shown = Disagreement.objects.filter(record_status=RecordStatus.PUBLISHED)
    rows = light(shown.order_by("-updated_at"))[:SHOWN] if Disagreement in seen else []
    items = tuple(WorkItem(label(one), change_url(one, site), called("disagreement"), one.updated_at) for one in rows)
    return WorkList("disputes", gettext("Disputes"), items)


def _uncovered(seen: list[Any], counted: dict[Any, int]) -> WorkList:
    """Count, by kind, the public records that state something without a visible citation."""
    more = tuple(
        (
            f"{reverse(f'admin:registry_{model._meta.model_name}_changelist')}?missing=uncovered",
            words.counted(model._meta, number, f"{number:,}"),
        )
        for model, number in counted.items()
        if model in seen
    )
    return WorkList("uncovered", gettext("Without visible citation"), (), more=more)
