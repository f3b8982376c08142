"""The actions on the page of an import: load a checked file, discard it, undo a loaded import."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

from curation.imports.fixes import accepted_options, offered_fixes, offered_words
from curation.imports.progress import task_address
from curation.imports.receive import may_load, may_stage
from imports.errors import ImportRefused
from imports.flows import may_be_undone, not_to_be_undone
from imports.plan.accepted import together
from imports.plan.doubles import SAME
from imports.plan.steps import Work
from imports.progress import silent
from imports.report.page import broken_rules
from imports.report.pairs import pairs_of
from imports.report.verdict import none_goes_in, verdict
from imports.targets import TABLES
from imports.tasks.launch import task_start
from registry.curation import LONGEST_REASON, reason_problem
from registry.models import ImportRun
from registry.vocabularies import ImportState, TaskKind, TaskState

_MAP = re.compile(r"<svg\b.*?</svg>", re.S)
_TILES = (
    ("rows", gettext_lazy("rows read"), ""),
    ("new", gettext_lazy("new"), "good"),
    ("changed", gettext_lazy("changed"), "good"),
    ("unchanged", gettext_lazy("unchanged"), ""),
    ("left", gettext_lazy("not changed"), "wait"),
    ("refused", gettext_lazy("refused"), "bad"),
    ("warned", gettext_lazy("with a warning"), "wait"),
    ("differing", gettext_lazy("say otherwise"), "wait"),
    ("derived", gettext_lazy("with the country of their location"), ""),
)
_ALWAYS = ("rows", "new", "changed", "unchanged", "refused")


def about(run: ImportRun, user: Any) -> dict[str, Any]:
    """Return what the page of an import shows beside its fields, and what this person may decide."""
    counted = [(run.counts.get(key, 0), words, mark if run.counts.get(key) else "", key) for key, words, mark in _TILES]
    last = run.tasks.order_by("-id").first()
    fixes = offered_fixes(run)
    return {
        "run": run,
        "tiles": [tile for tile in counted if tile[0] or tile[3] in _ALWAYS] if run.counts else [],
        "nothing": not run.counts.get("new") and not run.counts.get("changed"),
        "why_nothing": verdict(run.counts),
        "fixes": fixes,
        "words": offered_words(run),
        "doubles": run.found.filter(rule="probable-match").select_related("row") if run.state == ImportState.CHECKED else [],
        "found": broken_rules(Work(run, TABLES[run.target], connection.cursor(), silent)) if run.target in TABLES else [],
        "map": map_of(run),
        "pairs": _pairs(run),
        "undone": run.counts.get("undone"),
        "task": last,
        "failed": last.message if last and last.state == TaskState.FAILED else "",
        "at_work": last if last and last.state == TaskState.RUNNING else None,
        "may_confirm": run.state == ImportState.CHECKED and may_load(user) and (bool(fixes) or not none_goes_in(run.counts)),
        "loader": may_load(user),
        "may_discard": run.state in (ImportState.CHECKED, ImportState.FAILED) and may_let_go(run, user),
        "may_undo": may_load(user) and may_be_undone(run),
        "longest": LONGEST_REASON,
    }


def _pairs(run: ImportRun) -> list[list[Any]]:
    """Return the rows and the records that they may be, as the map of the page takes them."""
    if run.state != ImportState.CHECKED or run.target not in TABLES:
        return []
    found = pairs_of(Work(run, TABLES[run.target], connection.cursor(), silent))
    return [[pair.key, pair.line, pair.name, pair.label, *pair.row, *pair.record] for pair in found]


def may_let_go(run: ImportRun, user: Any) -> bool:
    """Return whether somebody may discard a check: their own, or any if they may load."""
    return may_load(user) or (may_stage(user) and run.user_id == user.pk)


def map_of(run: ImportRun) -> SafeString:
    """Return the map as the report has it; our own template wrote it, with everything escaped."""
    found = _MAP.search(run.report)
    return mark_safe(found[0]) if found else SafeString("")  # noqa: S308 - see above


def decide(request: HttpRequest, run: ImportRun, kind: TaskKind, log: Callable[..., Any]) -> HttpResponse:
    """Start what was decided, note who decided it, and lead to where it is waited for."""
    reason = request.POST.get("_reason", "").strip()
    page = HttpResponseRedirect(reverse("admin:registry_importrun_change", args=[run.pk]))
    problem = _problem(run, kind, reason)
    if not problem:
        try:
            if kind == TaskKind.LOAD:
                accepted = accepted_options(run, request.POST)
                run.options = {**run.options, **together(run.options, accepted), SAME: _same(run, request)}
                run.save(update_fields=["options"])
            task = task_start(kind=kind, user=request.user, run=run, reason=reason)
            log(request, run, ": ".join(filter(None, (str(kind.label), reason)))[:1000])
            return HttpResponseRedirect(task_address(task))
        except ImportRefused as error:
            problem = str(error)
    messages.warning(request, problem)
    return page


def _same(run: ImportRun, request: HttpRequest) -> dict[str, str]:
    """Return the records that somebody has called those of rows: id → slug."""
    ticked = set(request.POST.getlist("same"))
    doubles = run.found.filter(rule="probable-match").select_related("row")
    return {found.row.value: found.value for found in doubles if str(found.pk) in ticked or "same_all" in request.POST}


def _problem(run: ImportRun, kind: TaskKind, reason: str) -> str:
    """Describe why a decision cannot be taken; "" if it can."""
    state = run.get_state_display().lower()
    if kind == TaskKind.LOAD and run.state != ImportState.CHECKED:
        return gettext("This import is %(state)s; only a checked import can be loaded.") % {"state": state}
    if kind == TaskKind.DISCARD and run.state not in (ImportState.CHECKED, ImportState.FAILED):
        return gettext("This import is %(state)s; only an import that was not loaded can be discarded.") % {"state": state}
    if kind == TaskKind.UNDO:
        if not may_be_undone(run):
            return not_to_be_undone(run)
        if not reason:
            return gettext("A reason for the undo is required; the history keeps it.")
    return reason_problem(reason)
