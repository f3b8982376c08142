"""Citations found by their entries and by the lists that these name; rows of the past found by who wrote them, and when."""

import django.contrib.postgres.indexes
from django.db import migrations, models

import registry.models.citations
from registry.migrations._together import GroupedMigration

FUNCTION = """
CREATE FUNCTION registry_entries(fields text[]) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT fields || ARRAY(SELECT DISTINCT split_part(e, ':', 1) || ':' FROM unnest(fields) e WHERE strpos(e, ':') > 0)
$$;
"""


CITED = (
    "deposit",
    "estimate",
    "prospecting_object",
    "license",
    "policy_framework",
    "country",
    "region",
    "disputed_area",
    "commodity",
    "ree_scheme",
    "organization",
    "cited_source",
    "finding",
    "license_event",
    "framework_event",
)


def _by_writer(table: str) -> list[migrations.AddIndex]:
    whom = models.Case(
        models.When(pgh_context__has_key="import_run", then=models.Value("import")),
        models.When(pgh_context__has_key="user", then=models.Value("curator")),
        default=models.Value("registry"),
        output_field=models.TextField(),
    )
    return [
        migrations.AddIndex(f"{table}history", models.Index(fields=["pgh_created_at"], name=f"{table}_written_then")),
        migrations.AddIndex(f"{table}history", models.Index(whom, models.F("pgh_obj_id"), name=f"{table}_writer_then")),
    ]


class Migration(GroupedMigration):
    """Indexes of what statements are asked for."""

    dependencies = [("registry", "0080_support")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION registry_entries(text[])"),
        migrations.RemoveIndex("citation", "citation_fields"),
        migrations.AddIndex(
            "citation",
            django.contrib.postgres.indexes.GinIndex(registry.models.citations.Entries("fields"), name="citation_entries"),
        ),
        *(
            migrations.AddIndex(
                "citation",
                models.Index(condition=models.Q((f"{one}__isnull", False)), fields=["id"], name=f"citation_of_{one}"),
            )
            for one in CITED
        ),
        *_by_writer("citation"),
        *_by_writer("finding"),
    ]
