"""Names and external identifiers of records."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q

from registry.constraints import SQLCheck, Unique, one_of
from registry.history import kept_in_history
from registry.keys import RowKey
from registry.kinds import IDENTIFIED, NAMED, parents
from registry.models.search import Folded
from registry.targets import belongs_to_one, one_record
from registry.triggers import KeepWords, TouchParent, kept
from registry.vocabularies import NameKind


@kept_in_history
@belongs_to_one(NAMED, "names")
class Name(models.Model):
    """A name of a record in some language and script; the record's own name is kept here too, as `preferred`."""

    text = models.CharField(max_length=500, help_text="The name as written.")
    language = models.CharField(
        max_length=20,
        blank=True,
        default="",
        help_text="BCP 47 tag with script where it matters, e.g. kk-Cyrl; empty if unknown.",
    )
    kind = models.CharField(
        max_length=16,
        choices=NameKind.choices,
        default=NameKind.ALTERNATE,
        help_text="Kind of name.",
    )
    folded = models.GeneratedField(expression=Folded("text"), output_field=models.TextField(), db_persist=True)

    row_key = RowKey(columns=("text",), where=f"x.kind <> '{NameKind.PREFERRED}'")

    class Meta:
        ordering = ["id"]
        constraints = [
            *one_record("name", NAMED, "text", "language", "kind"),
            one_of("name_kind", "kind", NameKind),
            SQLCheck(name="name_not_empty", sql="text <> ''", violation_error_message="A name must not be empty."),
            *(
                Unique(
                    fields=[column],
                    violation_error_message="A record has one preferred name, which the registry keeps by itself.",
                    condition=Q(**{"kind": NameKind.PREFERRED, f"{column}__isnull": False}),
                    name=f"name_{column}_preferred",
                )
                for column in NAMED
            ),
        ]
        indexes = [
            GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="name_folded"),
            models.Index(fields=["id"], name="name_no_language", condition=Q(language="") & ~Q(kind=NameKind.PREFERRED)),
        ]

    triggers = [TouchParent(where="kind <> 'preferred'", **parents(NAMED)), *kept(), KeepWords()]

    def __str__(self) -> str:
        """Return the name."""
        return self.text


@kept_in_history
@belongs_to_one(IDENTIFIED, "external_ids")
class ExternalId(models.Model):
    """What another register calls a record."""

    scheme = models.SlugField(
        max_length=40, db_index=False, help_text="Scheme of the id, e.g. usgs_ree, mrds, wikidata, dossier."
    )
    value = models.CharField(max_length=200, help_text="The id itself.")

    class Meta:
        ordering = ["id"]
        constraints = [
            *one_record("externalid", IDENTIFIED, "scheme", "value"),
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="externalid_once",
                violation_error_message="Another record already has this id.",
            ),
        ]

    triggers = [TouchParent(**parents(IDENTIFIED)), *kept()]

    def __str__(self) -> str:
        """Return scheme and id."""
        return f"{self.scheme}:{self.value}"
