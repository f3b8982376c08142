"""Names and external identifiers of records."""

from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Q

from registry.constraints import SQLCheck, one_of
from registry.history import kept_in_history
from registry.models.search import Folded
from registry.models.targets import belongs_to_one, target
from registry.triggers import TouchParent, kept
from registry.vocabularies import NameKind

NAMED = {
    "deposit": "registry_deposit",
    "prospecting_object": "registry_prospectingobject",
    "license": "registry_license",
    "policy_framework": "registry_policyframework",
    "organization": "registry_organization",
    "country": "registry_country",
    "region": "registry_region",
    "commodity": "registry_commodity",
}


@kept_in_history
class Name(models.Model):
    """A name of a record in some language and script; the record's own name is kept here too, as `preferred`."""

    deposit = target("Deposit", "names")
    prospecting_object = target("ProspectingObject", "names")
    license = target("License", "names")
    policy_framework = target("PolicyFramework", "names")
    organization = target("Organization", "names")
    country = target("Country", "names")
    region = target("Region", "names")
    commodity = target("Commodity", "names")
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
        help_text="How the name stands to the record.",
    )
    folded = models.GeneratedField(expression=Folded("text"), output_field=models.TextField(), db_persist=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            *belongs_to_one("name", tuple(NAMED), "text", "language", "kind"),
            one_of("name_kind", "kind", NameKind),
            SQLCheck(name="name_not_empty", sql="text <> ''"),
            *(
                models.UniqueConstraint(
                    fields=[column],
                    condition=Q(**{"kind": NameKind.PREFERRED, f"{column}__isnull": False}),
                    name=f"name_{column}_preferred",
                )
                for column in NAMED
            ),
        ]
        indexes = [GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name="name_folded")]

    triggers = [TouchParent(where="kind <> 'preferred'", **NAMED), *kept()]

    def __str__(self) -> str:
        """Give the name."""
        return self.text


IDENTIFIED = {
    **NAMED,
    "source": "registry_source",
    "finding": "registry_finding",
    "disagreement": "registry_disagreement",
    "estimate": "registry_resourceestimate",
    "license_event": "registry_license via registry_licenseevent",
    "citation": "",
}


@kept_in_history
class ExternalId(models.Model):
    """What another register calls a record."""

    deposit = target("Deposit", "external_ids")
    prospecting_object = target("ProspectingObject", "external_ids")
    license = target("License", "external_ids")
    policy_framework = target("PolicyFramework", "external_ids")
    organization = target("Organization", "external_ids")
    country = target("Country", "external_ids")
    region = target("Region", "external_ids")
    commodity = target("Commodity", "external_ids")
    source = target("Source", "external_ids")
    finding = target("Finding", "external_ids")
    disagreement = target("Disagreement", "external_ids")
    estimate = target("ResourceEstimate", "external_ids")
    license_event = target("LicenseEvent", "external_ids")
    citation = target("Citation", "external_ids")
    scheme = models.SlugField(
        max_length=40, db_index=False, help_text="Who gives the id, e.g. usgs_ree, mrds, wikidata, dossier."
    )
    value = models.CharField(max_length=200, help_text="The id itself.")

    class Meta:
        ordering = ["id"]
        constraints = [
            *belongs_to_one("externalid", tuple(IDENTIFIED), "scheme", "value"),
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="externalid_once",
                violation_error_message="Another record has this id already.",
            ),
        ]

    triggers = [TouchParent(**{c: t for c, t in IDENTIFIED.items() if t}), *kept()]

    def __str__(self) -> str:
        """Give scheme and id."""
        return f"{self.scheme}:{self.value}"
