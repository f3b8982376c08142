"""Concerns: which records a disagreement is about, and how each of its sides leads there."""

from typing import TypeVar

from django.contrib.gis.db import models
from django.db.models import Q

from registry.history import kept_in_history
from registry.kinds import ALL, APP, CITED, CONCERNED, SUBJECTS

#: How a row of a kind leads to what it is about: its own foreign keys, or `rows.key` where rows between hold them.
#: From this alone follow the chains from the sides of a disagreement to records, and the triggers that keep them.
STEPS: dict[str, tuple[str, ...]] = {
    "citation": tuple(CITED),
    "finding": tuple(f"subjects.{kind}" for kind in SUBJECTS),
    **{kind.name: kind.leads_to for kind in ALL if kind.leads_to},
}
#: What a disagreement can be about: the kinds that are records.
ABOUT = tuple(name for name, kind in CONCERNED.items() if kind.is_record)


def _link(model: str, related_name: str) -> "models.ForeignKey[models.Model | None, models.Model | None]":
    """Return a key of a derived row: the triggers that keep it stand in for a constraint."""
    return models.ForeignKey(
        f"{APP}.{model}",
        null=True,
        on_delete=models.DO_NOTHING,
        related_name=related_name,
        db_constraint=False,
        db_index=False,
    )


M = TypeVar("M", bound=type[models.Model])


def _with_a_link_to_each_kind(model: M) -> M:
    for name, kind in CONCERNED.items():
        model.add_to_class(name, _link(kind.model_name, "concerns"))
    return model


class ConcernQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Queries to ask of concerns."""

    def published(self) -> "ConcernQuerySet":
        """Keep chains of which every record, and the disagreement itself, is public."""
        return self.filter(is_public=True)


@kept_in_history
@_with_a_link_to_each_kind
class Concern(models.Model):
    """A chain of records from one side of a disagreement to a record; `about` names the kind of the last.

    No chain is public of a disagreement that is hidden because readers see fewer than two of its sides.
    The database derives it (`api.documents.concerns`), and again when the status of a record of the chain changes.
    """

    disagreement = models.ForeignKey(
        "registry.Disagreement",
        on_delete=models.DO_NOTHING,
        related_name="concerns",
        db_constraint=False,
        db_index=False,
    )
    member = models.ForeignKey(
        "registry.DisagreementMember",
        on_delete=models.DO_NOTHING,
        related_name="concerns",
        db_constraint=False,
        db_index=False,
    )
    about = models.CharField(max_length=24, help_text="Kind of the record that the chain ends at.")
    path = models.CharField(max_length=200, help_text="The steps from the side to the record.")
    side_slug = models.CharField(max_length=120, help_text="Slug of the side; for a part of a record that of the record.")
    is_public = models.BooleanField(help_text="Whether the disagreement and every record of the chain are published.")
    citing_source = _link("Source", "+")

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["disagreement"], name="concern_disagreement"),
            models.Index(fields=["citing_source"], condition=Q(citing_source__isnull=False), name="concern_citing_source"),
            *(
                models.Index(fields=[kind], condition=Q(**{f"{kind}__isnull": False}), name=f"concern_{kind}")
                for kind in CONCERNED
            ),
        ]

    def __str__(self) -> str:
        """Describe which disagreement, and how it comes here."""
        return f"{self.disagreement_id}: {self.path}"


#: The keys behind which a record stands that can be hidden.
PUBLIC = ("disagreement", "citing_source", *ABOUT)
