"""Differences that an import leaves for a decision: the file's value becomes a proposal, or the registry's is kept."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy, ngettext

from curation.labels import label
from curation.proposals.content import Content, FieldItem
from curation.proposals.flow import Grounds, proposal_decline, proposal_make
from curation.proposals.posted import values_of
from curation.proposals.replay import opened
from imports.targets import TABLES
from registry.curation import CurationError
from registry.models import Country, ImportOutcome, ImportProblem, Proposal
from registry.models.proposals import LONGEST_EVIDENCE
from registry.vocabularies import ImportState, ProposalOrigin

#: The rules by which an import reports that the registry has another value.
RULES = ("curated-edit", "sources-disagree")
#: So many are decided at once.
_MOST = 100


def undecided(rows: "QuerySet[ImportProblem]") -> "QuerySet[ImportProblem]":
    """Keep the differences of loaded imports about which nobody has decided."""
    return rows.filter(rule__in=RULES, run__state=ImportState.LOADED, proposals__isnull=True)


def proposal_of_difference(site: Any, request: HttpRequest, problem: ImportProblem) -> Proposal:
    """Propose what the file says; raises CurationError."""
    if problem.rule not in RULES or problem.run.state != ImportState.LOADED:
        raise CurationError(
            gettext("Row %(line)s of “%(file_name)s” is no difference of a loaded import.")
            % {"line": problem.line, "file_name": problem.run.file_name}
        )
    # Of two who decide at once, the second waits here.
    ImportProblem.objects.select_for_update().get(pk=problem.pk)
    if problem.proposals.exists():  # type: ignore[attr-defined]
        raise CurationError(
            gettext("Row %(line)s, %(column)s: this has been decided already.")
            % {"line": problem.line, "column": problem.column}
        )
    table = TABLES[problem.run.target]
    outcome = ImportOutcome.objects.filter(run=problem.run_id, row=problem.row_id).first()
    record = table.model._base_manager.filter(pk=outcome.record_id).first() if outcome else None
    page = site._registry.get(table.model)
    if record is None or page is None:
        raise CurationError(gettext("Row %(line)s: the record no longer exists.") % {"line": problem.line})
    if not page.has_change_permission(request, record):
        raise CurationError(gettext("You may not change “%(record)s”.") % {"record": record})
    content = _content(opened(page, request, record).form, table, problem)
    if not content:
        raise CurationError(
            gettext("“%(record)s”, %(column)s: enter it in the form of the record.")
            % {"record": label(record), "column": problem.column}
        )
    reason = f"{problem.run.file_name}, row {problem.line}: {problem.column}"[-500:]
    grounds = Grounds(
        reason=reason,
        evidence=str(problem.run.source or "")[:LONGEST_EVIDENCE],
        origin=ProposalOrigin.IMPORT,
        run=problem.run,
        problem=problem,
    )
    return proposal_make(record=record, user=request.user, content=content, grounds=grounds)


def _content(form: Any, table: Any, problem: ImportProblem) -> Content:
    """Return the fields of a fact as the row has them; a list of rows has no such fields."""
    fact = next((one for one in table.facts if one.name == problem.column), None)
    if fact is None:
        return Content()
    mapped: Any = problem.row.mapped
    now = values_of(form)
    items = []
    for name in fact.columns:
        if name not in form.fields or name not in mapped:
            continue
        value = [_written(name, mapped[name])]
        if value != now[name]:
            items.append(FieldItem(name, now[name], value))
    return Content(tuple(items))


def _written(name: str, value: Any) -> str:
    """Write a value of a mapped row as it is typed into a form."""
    if value is None:
        return ""
    if name == "country":
        country = Country.objects.filter(slug__iexact=value).values_list("pk", flat=True).first()
        return str(country or "")
    if name == "location":
        return f"{value[1]}, {value[0]}"
    if name in ("footprint", "area", "boundary"):
        return str(GEOSGeometry(value).wkt)
    return str(value)


@admin.action(description=gettext_lazy("Propose the file's value"), permissions=["view"])
def propose_selected(page: Any, request: HttpRequest, rows: "QuerySet[ImportProblem]") -> None:
    """Make a proposal of each selected difference."""
    _each(page, request, rows, lambda problem: proposal_of_difference(page.admin_site, request, problem), _proposed)


@admin.action(description=gettext_lazy("Keep the registry's value"), permissions=["view"])
def keep_selected(page: Any, request: HttpRequest, rows: "QuerySet[ImportProblem]") -> None:
    """Decline each selected difference, so that it waits no longer."""

    def keep(problem: ImportProblem) -> None:
        proposal = proposal_of_difference(page.admin_site, request, problem)
        proposal_decline(proposal=proposal, user=request.user, comment="The registry's value is kept.")

    _each(page, request, rows, keep, _decided)


def _proposed(number: int) -> str:
    return ngettext("%(number)s difference proposed.", "%(number)s differences proposed.", number) % {"number": number}


def _decided(number: int) -> str:
    return ngettext("%(number)s difference decided.", "%(number)s differences decided.", number) % {"number": number}


def _each(page: Any, request: HttpRequest, rows: "QuerySet[ImportProblem]", act: Any, done: Callable[[int], str]) -> None:
    number, refused = 0, []
    for problem in rows.select_related("run", "run__source", "row").order_by("pk")[:_MOST]:
        try:
            with transaction.atomic():
                act(problem)
        except CurationError as error:
            refused.append(str(error))
        else:
            number += 1
    if number:
        page.message_user(request, done(number), messages.SUCCESS)
    for sentence in refused[:10]:
        page.message_user(request, sentence, messages.WARNING)
