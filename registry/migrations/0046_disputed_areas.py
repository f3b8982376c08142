"""Disputed areas, rights and editions of sources, and findings in tonnes."""

import uuid

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import pghistory.utils
from django.db import migrations, models

import registry.constraints
import registry.fields
from registry.migrations._together import Together

#: A geometry that lies in a disputed area lies, for the rest, in the countries of `registry_undisputed_in`; null if there is none.
FUNCTIONS = r"""
CREATE FUNCTION registry_disputed_at(place public.geometry) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN COALESCE((SELECT array_agg(id ORDER BY id) FROM public.registry_disputedarea
        WHERE record_status = 'published' AND public.ST_Intersects(boundary, place)), '{}');
END $$;

CREATE FUNCTION registry_undisputed_in(place public.geometry) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE disputed public.geometry;
BEGIN
    SELECT public.ST_Union(boundary) INTO disputed FROM public.registry_disputedarea
    WHERE record_status = 'published' AND public.ST_Intersects(boundary, place);
    IF disputed IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN public.registry_countries_at(public.ST_Difference(place, disputed));
END $$;
"""
UNDO = "DROP FUNCTION registry_undisputed_in(public.geometry), registry_disputed_at(public.geometry);"


class Migration(migrations.Migration):
    """A kind of record, two columns beside `located_in`, and sources that say of which edition and under which rights they are."""

    dependencies = [
        ("registry", "0042_one_parent"),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="finding",
                    name="tonnes",
                    field=models.GeneratedField(
                        db_persist=True,
                        expression=models.Case(
                            models.When(
                                then=django.db.models.expressions.CombinedExpression(models.F("value"), "*", models.Value(1.0)),
                                unit="t",
                            ),
                            models.When(
                                then=django.db.models.expressions.CombinedExpression(
                                    models.F("value"), "*", models.Value(1000.0)
                                ),
                                unit="kt",
                            ),
                            models.When(
                                then=django.db.models.expressions.CombinedExpression(
                                    models.F("value"), "*", models.Value(1000000.0)
                                ),
                                unit="Mt",
                            ),
                            output_field=models.FloatField(),
                        ),
                        help_text="The value in tonnes, to compare and sort by; null if its unit is no unit of mass.",
                        output_field=models.FloatField(null=True),
                    ),
                ),
                migrations.CreateModel(
                    name="DisputedArea",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "slug",
                            models.CharField(
                                help_text="Stable identifier in URLs; unique, never reused, and unchangeable once published.",
                                max_length=120,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", "Use letters, digits and single hyphens."
                                    )
                                ],
                            ),
                        ),
                        (
                            "uid",
                            models.UUIDField(
                                db_default=django.db.models.expressions.RawSQL("gen_random_uuid()", ()),
                                default=uuid.uuid4,
                                editable=False,
                                help_text="Permanent identifier; it never changes.",
                                unique=True,
                            ),
                        ),
                        (
                            "record_status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Published"),
                                    ("withdrawn", "Withdrawn"),
                                    ("merged", "Merged into another record"),
                                ],
                                db_default="draft",
                                default="draft",
                                help_text="Status in curation; only published records are public.",
                                max_length=16,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                help_text="Time of creation.",
                            ),
                        ),
                        (
                            "updated_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                help_text="Time of the last change.",
                            ),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(editable=False, help_text="Time of the first publication.", null=True),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                db_default=1, editable=False, help_text="Incremented with each change."
                            ),
                        ),
                        ("document", registry.fields.DocumentField(editable=False, null=True)),
                        ("geometry_document", registry.fields.DocumentField(editable=False, null=True)),
                        ("name", models.CharField(help_text="English name.", max_length=200)),
                        (
                            "boundary",
                            django.contrib.gis.db.models.fields.MultiPolygonField(
                                blank=True,
                                help_text="Shape in WGS 84 degrees; null if unknown.",
                                null=True,
                                spatial_index=False,
                                srid=4326,
                            ),
                        ),
                        (
                            "boundary_source",
                            models.CharField(blank=True, help_text="Source of the shape.", max_length=200, null=True),
                        ),
                        (
                            "boundary_date",
                            registry.fields.PartialDateField(blank=True, help_text="Date of the shape.", null=True),
                        ),
                        ("note", models.TextField(blank=True, default="", help_text="Note for readers.")),
                    ],
                    options={
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="DisputedAreaHistory",
                    fields=[
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "pgh_transaction",
                            models.BigIntegerField(
                                db_default=django.db.models.expressions.RawSQL("(pg_current_xact_id()::text::bigint)", ()),
                                editable=False,
                                help_text="The transaction that wrote the row.",
                            ),
                        ),
                        (
                            "boundary",
                            django.contrib.gis.db.models.fields.MultiPolygonField(
                                blank=True,
                                help_text="Shape in WGS 84 degrees; null if unknown.",
                                null=True,
                                spatial_index=False,
                                srid=4326,
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "slug",
                            models.CharField(
                                help_text="Stable identifier in URLs; unique, never reused, and unchangeable once published.",
                                max_length=120,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$", "Use letters, digits and single hyphens."
                                    )
                                ],
                            ),
                        ),
                        (
                            "uid",
                            models.UUIDField(
                                db_default=django.db.models.expressions.RawSQL("gen_random_uuid()", ()),
                                default=uuid.uuid4,
                                editable=False,
                                help_text="Permanent identifier; it never changes.",
                            ),
                        ),
                        (
                            "record_status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("in_review", "In review"),
                                    ("published", "Published"),
                                    ("withdrawn", "Withdrawn"),
                                    ("merged", "Merged into another record"),
                                ],
                                db_default="draft",
                                default="draft",
                                help_text="Status in curation; only published records are public.",
                                max_length=16,
                            ),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                help_text="Time of creation.",
                            ),
                        ),
                        (
                            "updated_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                editable=False,
                                help_text="Time of the last change.",
                            ),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(editable=False, help_text="Time of the first publication.", null=True),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(
                                db_default=1, editable=False, help_text="Incremented with each change."
                            ),
                        ),
                        ("name", models.CharField(help_text="English name.", max_length=200)),
                        (
                            "boundary_source",
                            models.CharField(blank=True, help_text="Source of the shape.", max_length=200, null=True),
                        ),
                        (
                            "boundary_date",
                            registry.fields.PartialDateField(blank=True, help_text="Date of the shape.", null=True),
                        ),
                        ("note", models.TextField(blank=True, default="", help_text="Note for readers.")),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": ("view",),
                    },
                ),
                migrations.CreateModel(
                    name="DisputedAreaParty",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        (
                            "role",
                            models.CharField(
                                choices=[("claims", "Claims it"), ("administers", "Administers it, or a part of it")],
                                help_text="What the party does.",
                                max_length=16,
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                blank=True,
                                help_text="Name of a party that is not a country of this registry.",
                                max_length=200,
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name_plural": "parties",
                        "ordering": ["id"],
                    },
                ),
                migrations.CreateModel(
                    name="DisputedAreaPartyHistory",
                    fields=[
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("pgh_id", models.BigAutoField(primary_key=True, serialize=False)),
                        (
                            "pgh_transaction",
                            models.BigIntegerField(
                                db_default=django.db.models.expressions.RawSQL("(pg_current_xact_id()::text::bigint)", ()),
                                editable=False,
                                help_text="The transaction that wrote the row.",
                            ),
                        ),
                        ("pgh_context", pghistory.utils.JSONField(null=True)),
                        ("pgh_context_id", models.UUIDField(null=True)),
                        ("id", models.BigIntegerField()),
                        (
                            "role",
                            models.CharField(
                                choices=[("claims", "Claims it"), ("administers", "Administers it, or a part of it")],
                                help_text="What the party does.",
                                max_length=16,
                            ),
                        ),
                        (
                            "name",
                            models.CharField(
                                blank=True,
                                help_text="Name of a party that is not a country of this registry.",
                                max_length=200,
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                        "default_permissions": ("view",),
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="citation",
                    name="citation_one_record",
                ),
                migrations.RemoveConstraint(
                    model_name="externalid",
                    name="externalid_one_record",
                ),
                migrations.RemoveConstraint(
                    model_name="name",
                    name="name_one_record",
                ),
                migrations.RemoveConstraint(
                    model_name="source",
                    name="source_dates",
                ),
                migrations.RemoveIndex(
                    model_name="citationhistory",
                    name="citation_owner_then",
                ),
                migrations.RemoveIndex(
                    model_name="externalidhistory",
                    name="externalid_owner_then",
                ),
                migrations.RemoveIndex(
                    model_name="namehistory",
                    name="name_owner_then",
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name="deposit",
                    name="disputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=models.Value(
                            [],
                            output_field=django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                migrations.AddField(
                    model_name="deposit",
                    name="undisputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), editable=False, null=True, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="source",
                    name="updates",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The earlier edition of the same series.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updated_by",
                        to="registry.source",
                    ),
                ),
                migrations.AddField(
                    model_name="sourcehistory",
                    name="updates",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The earlier edition of the same series.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.source",
                    ),
                ),
                migrations.AddField(
                    model_name="license",
                    name="disputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=models.Value(
                            [],
                            output_field=django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                migrations.AddField(
                    model_name="license",
                    name="undisputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), editable=False, null=True, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="prospectingobject",
                    name="disputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=models.Value(
                            [],
                            output_field=django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), size=None
                            ),
                        ),
                        default=list,
                        editable=False,
                        size=None,
                    ),
                ),
                migrations.AddField(
                    model_name="prospectingobject",
                    name="undisputed_in",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), editable=False, null=True, size=None
                    ),
                ),
                migrations.AddField(
                    model_name="source",
                    name="next_edition",
                    field=registry.fields.PartialDateField(
                        blank=True,
                        help_text="Expected date of the next edition, of a source that appears in editions.",
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="sourcehistory",
                    name="next_edition",
                    field=registry.fields.PartialDateField(
                        blank=True,
                        help_text="Expected date of the next edition, of a source that appears in editions.",
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="judgement",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("commodity", "commodity"),
                            ("country", "country"),
                            ("deposit", "deposit"),
                            ("disagreement", "disagreement"),
                            ("disputed_area", "disputed_area"),
                            ("estimate", "estimate"),
                            ("finding", "finding"),
                            ("license", "license"),
                            ("organization", "organization"),
                            ("policy_framework", "policy_framework"),
                            ("prospecting_object", "prospecting_object"),
                            ("region", "region"),
                            ("source", "source"),
                        ],
                        help_text="Kind of both records.",
                        max_length=24,
                    ),
                ),
                migrations.AlterField(
                    model_name="judgementhistory",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("commodity", "commodity"),
                            ("country", "country"),
                            ("deposit", "deposit"),
                            ("disagreement", "disagreement"),
                            ("disputed_area", "disputed_area"),
                            ("estimate", "estimate"),
                            ("finding", "finding"),
                            ("license", "license"),
                            ("organization", "organization"),
                            ("policy_framework", "policy_framework"),
                            ("prospecting_object", "prospecting_object"),
                            ("region", "region"),
                            ("source", "source"),
                        ],
                        help_text="Kind of both records.",
                        max_length=24,
                    ),
                ),
                migrations.AlterField(
                    model_name="report",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("deposits", "deposits"),
                            ("estimates", "estimates"),
                            ("prospecting-objects", "prospecting-objects"),
                            ("licenses", "licenses"),
                            ("policy-frameworks", "policy-frameworks"),
                            ("countries", "countries"),
                            ("regions", "regions"),
                            ("disputed-areas", "disputed-areas"),
                            ("commodities", "commodities"),
                            ("organizations", "organizations"),
                            ("sources", "sources"),
                            ("findings", "findings"),
                            ("disagreements", "disagreements"),
                        ],
                        help_text="Resource of the record.",
                        max_length=40,
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="attribution",
                    field=models.CharField(
                        blank=True,
                        help_text="Attribution that its licence requires or its publisher asks for.",
                        max_length=500,
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="source",
                    name="rights",
                    field=models.CharField(
                        db_default="not stated",
                        default="not stated",
                        help_text="Licence: an SPDX identifier where one fits, else the words of the publisher; `not stated` if none was read.",
                        max_length=300,
                    ),
                ),
                migrations.AlterField(
                    model_name="sourcehistory",
                    name="attribution",
                    field=models.CharField(
                        blank=True,
                        help_text="Attribution that its licence requires or its publisher asks for.",
                        max_length=500,
                        null=True,
                    ),
                ),
                migrations.AlterField(
                    model_name="sourcehistory",
                    name="rights",
                    field=models.CharField(
                        db_default="not stated",
                        default="not stated",
                        help_text="Licence: an SPDX identifier where one fits, else the words of the publisher; `not stated` if none was read.",
                        max_length=300,
                    ),
                ),
                migrations.AddIndex(
                    model_name="deposit",
                    index=django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("disputed_in", []), _negated=True),
                        fields=["disputed_in"],
                        name="deposit_disputed_in",
                    ),
                ),
                migrations.AddIndex(
                    model_name="finding",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")), fields=["tonnes", "id"], name="finding_by_tonnes"
                    ),
                ),
                migrations.AddIndex(
                    model_name="license",
                    index=django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("disputed_in", []), _negated=True),
                        fields=["disputed_in"],
                        name="license_disputed_in",
                    ),
                ),
                migrations.AddIndex(
                    model_name="prospectingobject",
                    index=django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("disputed_in", []), _negated=True),
                        fields=["disputed_in"],
                        name="prospecting_disputed_in",
                    ),
                ),
                migrations.AddIndex(
                    model_name="source",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")), fields=["rights", "id"], name="source_by_rights"
                    ),
                ),
                migrations.AddIndex(
                    model_name="source",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")), fields=["updates", "id"], name="source_by_updates"
                    ),
                ),
                migrations.AddIndex(
                    model_name="source",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")),
                        fields=["next_edition", "id"],
                        name="source_by_next_edition",
                    ),
                ),
                migrations.AddIndex(
                    model_name="sourcehistory",
                    index=models.Index(
                        condition=models.Q(("updates__isnull", False)), fields=["updates"], name="source_updates_then"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=registry.constraints.SQLCheck(
                        name="source_dates",
                        sql="registry_is_partial_date(published) AND registry_is_partial_date(published_earliest) AND registry_is_partial_date(retrieved) AND registry_is_partial_date(next_edition)",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="source",
                    constraint=registry.constraints.SQLCheck(name="source_rights_stated", sql="rights <> ''"),
                ),
                migrations.AddField(
                    model_name="disputedarea",
                    name="merged_into",
                    field=models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="citation",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="citationhistory",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="concern",
                    name="disputed_area",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="concerns",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="concernhistory",
                    name="disputed_area",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="externalid",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="external_ids",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="externalidhistory",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="name",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="namehistory",
                    name="disputed_area",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddIndex(
                    model_name="citationhistory",
                    index=models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "cited_source",
                            "commodity",
                            "country",
                            "deposit",
                            "disputed_area",
                            "estimate",
                            "finding",
                            "framework_event",
                            "license",
                            "license_event",
                            "organization",
                            "policy_framework",
                            "prospecting_object",
                            "ree_scheme",
                            "region",
                        ),
                        name="citation_owner_then",
                    ),
                ),
                migrations.AddIndex(
                    model_name="concern",
                    index=models.Index(
                        condition=models.Q(("disputed_area__isnull", False)),
                        fields=["disputed_area"],
                        name="concern_disputed_area",
                    ),
                ),
                migrations.AddIndex(
                    model_name="concernhistory",
                    index=models.Index(
                        condition=models.Q(("disputed_area__isnull", False)),
                        fields=["disputed_area"],
                        name="concern_disputed_area_then",
                    ),
                ),
                migrations.AddIndex(
                    model_name="externalidhistory",
                    index=models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "citation",
                            "commodity",
                            "country",
                            "deposit",
                            "disagreement",
                            "disputed_area",
                            "estimate",
                            "finding",
                            "framework_event",
                            "gap",
                            "license",
                            "license_event",
                            "organization",
                            "policy_framework",
                            "prospecting_object",
                            "ree_scheme",
                            "region",
                            "source",
                        ),
                        name="externalid_owner_then",
                    ),
                ),
                migrations.AddIndex(
                    model_name="namehistory",
                    index=models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "commodity",
                            "country",
                            "deposit",
                            "disputed_area",
                            "license",
                            "organization",
                            "policy_framework",
                            "prospecting_object",
                            "region",
                        ),
                        name="name_owner_then",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="citation",
                    constraint=registry.constraints.SQLCheck(
                        name="citation_one_record",
                        sql="num_nonnulls(cited_source_id, commodity_id, country_id, deposit_id, disputed_area_id, estimate_id, finding_id, framework_event_id, license_id, license_event_id, organization_id, policy_framework_id, prospecting_object_id, ree_scheme_id, region_id) = 1",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="citation",
                    constraint=models.UniqueConstraint(
                        models.F("disputed_area"),
                        models.F("source"),
                        models.Func(
                            models.F("fields"),
                            models.Value(0),
                            function="hash_array_extended",
                            output_field=models.BigIntegerField(),
                        ),
                        models.F("locator"),
                        models.F("relation"),
                        models.F("stated_value"),
                        condition=models.Q(("disputed_area__isnull", False)),
                        name="citation_disputed_area",
                        nulls_distinct=False,
                        violation_error_message="This record already has such a row.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="externalid",
                    constraint=registry.constraints.SQLCheck(
                        name="externalid_one_record",
                        sql="num_nonnulls(citation_id, commodity_id, country_id, deposit_id, disagreement_id, disputed_area_id, estimate_id, finding_id, framework_event_id, gap_id, license_id, license_event_id, organization_id, policy_framework_id, prospecting_object_id, ree_scheme_id, region_id, source_id) = 1",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="externalid",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("disputed_area__isnull", False)),
                        fields=("disputed_area", "scheme", "value"),
                        name="externalid_disputed_area",
                        nulls_distinct=False,
                        violation_error_message="This record already has such a row.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="name",
                    constraint=registry.constraints.SQLCheck(
                        name="name_one_record",
                        sql="num_nonnulls(commodity_id, country_id, deposit_id, disputed_area_id, license_id, organization_id, policy_framework_id, prospecting_object_id, region_id) = 1",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="name",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("disputed_area__isnull", False)),
                        fields=("disputed_area", "text", "language", "kind"),
                        name="name_disputed_area",
                        nulls_distinct=False,
                        violation_error_message="This record already has such a row.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="name",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("disputed_area__isnull", False), ("kind", "preferred")),
                        fields=("disputed_area",),
                        name="name_disputed_area_preferred",
                        violation_error_message="A record has one preferred name, which the registry keeps by itself.",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareahistory",
                    name="merged_into",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareahistory",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareaparty",
                    name="area",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareaparty",
                    name="country",
                    field=models.ForeignKey(
                        blank=True,
                        help_text="The country.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.country",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareapartyhistory",
                    name="area",
                    field=models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.disputedarea",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareapartyhistory",
                    name="country",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="The country.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="registry.country",
                    ),
                ),
                migrations.AddField(
                    model_name="disputedareapartyhistory",
                    name="pgh_obj",
                    field=models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="history",
                        to="registry.disputedareaparty",
                    ),
                ),
                migrations.AddIndex(
                    model_name="disputedarea",
                    index=django.contrib.postgres.indexes.GistIndex(fields=["boundary"], name="disputedarea_boundary"),
                ),
                migrations.AddIndex(
                    model_name="disputedarea",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")), fields=["name", "id"], name="disputedarea_by_name"
                    ),
                ),
                migrations.AddIndex(
                    model_name="disputedarea",
                    index=models.Index(
                        condition=models.Q(("record_status", "published")),
                        fields=["updated_at", "id"],
                        name="disputedarea_by_updated_at",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=models.UniqueConstraint(
                        django.db.models.functions.text.Lower("slug"),
                        name="disputedarea_slug",
                        violation_error_message="This slug is already in use (slugs are case-insensitive).",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=registry.constraints.SQLCheck(
                        name="disputedarea_slug_form", sql="slug ~ '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$'"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("record_status__in", ["draft", "in_review", "published", "withdrawn", "merged"])),
                        name="disputedarea_record_status",
                        violation_error_message="“record_status” holds no known code.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("record_status", "merged")),
                            models.Q(models.Q(("record_status", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="disputedarea_merged_into",
                        violation_error_message="A merged record, and only a merged one, names the record it was merged into.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=registry.constraints.SQLCheck(
                        name="disputedarea_boundary_sound",
                        sql="boundary IS NULL OR (NOT ST_IsEmpty(boundary) AND ST_IsValid(boundary) AND ST_XMin(boundary) >= -180 AND ST_XMax(boundary) <= 180 AND ST_YMin(boundary) >= -90 AND ST_YMax(boundary) <= 90 AND NOT (GeometryType(boundary) = 'POINT' AND ST_XMin(boundary) = 0 AND ST_YMin(boundary) = 0))",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedarea",
                    constraint=registry.constraints.SQLCheck(
                        name="disputedarea_dates", sql="registry_is_partial_date(boundary_date)"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedareaparty",
                    constraint=models.UniqueConstraint(
                        fields=("area", "role", "country", "name"), name="disputedareaparty_once", nulls_distinct=False
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedareaparty",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("role__in", ["claims", "administers"])),
                        name="disputedareaparty_role",
                        violation_error_message="“role” holds no known code.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="disputedareaparty",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("country__isnull", False), ("name__isnull", True)),
                            models.Q(("country__isnull", True), ("name__isnull", False)),
                            _connector="OR",
                        ),
                        name="disputedareaparty_one_party",
                        violation_error_message="Choose a country, or name the party.",
                    ),
                ),
                migrations.AddIndex(
                    model_name="disputedareapartyhistory",
                    index=models.Index(fields=["area"], name="disputedareaparty_area_then"),
                ),
            ]
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
