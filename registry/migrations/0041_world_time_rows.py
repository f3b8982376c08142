"""Write the rows that follow from older ones: parents, where measures apply, gaps, published schemes."""

from typing import Any

from django.db import migrations
from django.db.models.functions import Now

#: The source of what the registry's own files note as missing.
DOSSIER = "registry-dossier"
SUBJECTS = (
    "commodity",
    "country",
    "deposit",
    "license",
    "organization",
    "policy_framework",
    "prospecting_object",
    "region",
)


def parents(apps: Any) -> None:
    """Make the one parent of an organization a row, whose dates are unknown."""
    organizations = apps.get_model("registry", "Organization").objects.filter(parent__isnull=False)
    citation = apps.get_model("registry", "Citation")
    for one in citation.objects.filter(organization__isnull=False, fields__contains=["parent"]):
        citation.objects.filter(id=one.id).update(fields=["parents" if name == "parent" else name for name in one.fields])
    apps.get_model("registry", "OrganizationParent").objects.bulk_create(
        apps.get_model("registry", "OrganizationParent")(organization_id=child, parent_id=parent)
        for child, parent in organizations.order_by("id").values_list("id", "parent_id")
    )


def measures(apps: Any) -> None:
    """Say where measures apply: a national one in its party's country, a regional one where its organization's members are.

    Until now that followed from the kind of measure.
    """
    application = apps.get_model("registry", "FrameworkApplication")
    parties = apps.get_model("registry", "FrameworkParty").objects.order_by("framework_id", "id")
    for jurisdiction, column in (("national", "country_id"), ("regional", "organization_id")):
        rows = parties.filter(framework__jurisdiction=jurisdiction, **{f"{column}__isnull": False})
        pairs = dict.fromkeys(rows.values_list("framework_id", column))
        application.objects.bulk_create(application(framework_id=key, **{column: where}) for key, where in pairs)


def gaps(apps: Any) -> None:
    """Turn findings that say what was not found into gaps of the same slug and uid, and withdraw the findings."""
    finding, gap = (apps.get_model("registry", name) for name in ("Finding", "Gap"))
    rows = finding.objects.filter(slug__startswith="gap-", source__slug=DOSSIER, record_status="published")
    for one in rows.order_by("id"):
        made = gap.objects.create(
            slug=one.slug,
            uid=one.uid,
            looked_for=one.text,
            as_of=one.as_of,
            record_status="published",
            published_at=one.published_at,
        )
        apps.get_model("registry", "GapSearch").objects.create(gap=made, source_id=one.source_id)
        subject = apps.get_model("registry", "GapSubject")
        for about in one.subjects.order_by("id"):
            subject.objects.create(gap=made, **{f"{kind}_id": getattr(about, f"{kind}_id") for kind in SUBJECTS})
        apps.get_model("registry", "ExternalId").objects.filter(finding=one).update(finding=None, gap=made)
    rows.update(record_status="withdrawn")


def schemes(apps: Any) -> None:
    """Publish the schemes, which everybody could read; what was called the industry's usage cites nothing and is withdrawn."""
    rows = apps.get_model("registry", "ReeScheme").objects
    rows.exclude(slug="industry").update(record_status="published", published_at=Now())
    rows.filter(slug="industry").update(record_status="withdrawn", published_at=Now())


def forwards(apps: Any, schema_editor: Any) -> None:
    """Write all of them."""
    for write in (parents, measures, gaps, schemes):
        write(apps)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Give organizations their one parent again, the first that has not ended; findings of gaps are published again."""
    organization = apps.get_model("registry", "Organization")
    rows = apps.get_model("registry", "OrganizationParent").objects.filter(end__isnull=True)
    for child, parent in rows.order_by("-id").values_list("organization_id", "parent_id"):
        organization.objects.filter(id=child).update(parent_id=parent)
    for gap in apps.get_model("registry", "Gap").objects.order_by("id"):
        finding = apps.get_model("registry", "Finding").objects.filter(slug=gap.slug).first()
        if finding:
            apps.get_model("registry", "ExternalId").objects.filter(gap=gap).update(gap=None, finding=finding)
            apps.get_model("registry", "Finding").objects.filter(id=finding.id).update(record_status="published")


class Migration(migrations.Migration):
    """Rows alone."""

    dependencies = [("registry", "0040_world_time")]

    operations = [migrations.RunPython(forwards, backwards)]
