"""Proposals to change records, what was decided about each, and which kinds need a second person."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registry.constraints import Check, one_of
from registry.kinds import ALL, RECORD_KINDS
from registry.models.imports import ImportProblem, ImportRun
from registry.models.reports import Report
from registry.vocabularies import ProposalAct, ProposalOrigin, ProposalState

LONGEST_EVIDENCE = 1_000
_BY: Any = {"on_delete": models.PROTECT, "related_name": "+"}
#: A proposal waits for a reviewer, or for its author.
WAITING = Q(state__in=[ProposalState.OPEN, ProposalState.RETURNED])


class Proposal(models.Model):
    """A change of a record that somebody proposes: readers keep the record as it is until a reviewer publishes it.

    The content holds form values as they were and as they would be, of the record and of its rows. It is replayed through
    the record's own form, so that the rules of forms and database apply at publishing as they do at saving. The key of the
    record is a plain number, as that of a judgement is: a proposal outlives a draft that is deleted.
    """

    kind = models.CharField(
        max_length=24,
        choices=[(name, name) for name in sorted(kind.name for kind in ALL if kind.name != "citation")],
        help_text="Kind of the record, or of the part of a record.",
    )
    record_id = models.BigIntegerField(help_text="Key of the record.")
    label = models.CharField(max_length=200, help_text="Name of the record when the change was proposed.")
    base_version = models.PositiveIntegerField(help_text="Version of the record from which the change was made.")
    content = models.JSONField(
        help_text="Values of fields and rows, as they were and as proposed; what is published leaves it."
    )
    reason = models.CharField(max_length=500, help_text="Reason of the change; the history keeps it.")
    evidence = models.CharField(
        max_length=LONGEST_EVIDENCE, blank=True, default="", help_text="Where the new value can be verified."
    )
    origin = models.CharField(
        max_length=16, choices=ProposalOrigin.choices, default=ProposalOrigin.EDITOR, help_text="What led to it."
    )
    report = models.ForeignKey(
        Report,
        null=True,
        blank=True,
        related_name="proposals",
        on_delete=models.PROTECT,
        help_text="The report that it answers.",
    )
    run = models.ForeignKey(
        ImportRun, null=True, blank=True, related_name="+", on_delete=models.SET_NULL, help_text="The import that found it."
    )
    problem = models.ForeignKey(
        ImportProblem,
        null=True,
        blank=True,
        related_name="proposals",
        on_delete=models.SET_NULL,
        help_text="The difference that it decides.",
    )
    state = models.CharField(
        max_length=16, choices=ProposalState.choices, default=ProposalState.OPEN, help_text="Where it stands."
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, help_text="Who proposed it.", **_BY)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, help_text="Who is to review it; anybody if empty.", **_BY
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When it was proposed.")
    changed_at = models.DateTimeField(db_default=Now(), editable=False, help_text="When it last changed its state.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, editable=False, help_text="Who decided.", **_BY)

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            one_of("proposal_state", "state", ProposalState),
            one_of("proposal_origin", "origin", ProposalOrigin),
            Check(
                name="proposal_reason",
                condition=~Q(reason=""),
                violation_error_message="State the reason of the change.",
                field="reason",
            ),
            Check(
                name="proposal_decided",
                condition=~Q(state__in=[ProposalState.PUBLISHED, ProposalState.DECLINED]) | Q(decided_by__isnull=False),
                violation_error_message="A proposal is published or declined by somebody.",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "record_id"], name="proposal_record"),
            models.Index(fields=["state", "id"], name="proposal_by_state", condition=WAITING),
            models.Index(fields=["author", "id"], name="proposal_by_author"),
        ]

    def __str__(self) -> str:
        """Name the record and the number."""
        return f"Proposal {self.pk}: {self.label}"

    @property
    def waits(self) -> bool:
        """Return whether it is not decided."""
        return self.state in (ProposalState.OPEN, ProposalState.RETURNED)


class ProposalEntry(models.Model):
    """What somebody did with a proposal, and why; entries are only added."""

    proposal = models.ForeignKey(Proposal, related_name="entries", on_delete=models.CASCADE)
    act = models.CharField(max_length=16, choices=ProposalAct.choices, help_text="What was done.")
    at = models.DateTimeField(db_default=Now(), editable=False, help_text="When.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, help_text="Who.", **_BY)
    comment = models.TextField(blank=True, default="", help_text="Why, for the other one to read.")
    content = models.JSONField(null=True, help_text="What was published of it.")

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [one_of("proposalentry_act", "act", ProposalAct)]

    def __str__(self) -> str:
        """Describe it."""
        return f"{self.get_act_display()} by {self.by}"


class ReviewRule(models.Model):
    """What publishing a change of a kind of record needs."""

    kind = models.CharField(
        max_length=24,
        unique=True,
        choices=[(kind.name, kind.plural.replace("-", " ")) for kind in RECORD_KINDS],
        help_text="Kind of record.",
    )
    four_eyes = models.BooleanField(
        default=True, help_text="Nobody publishes their own change: an editor's or a reviewer's change is published by another."
    )

    class Meta:
        ordering = ["kind"]
        verbose_name = "review rule"

    def __str__(self) -> str:
        """Name the kind."""
        return str(self.get_kind_display())
