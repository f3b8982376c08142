"""Search finds speakers and measures of findings, authors of sources, numbers and descriptions of licences, and what is alike."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

from registry.migrations._together import Together
from registry.models.search import Joined, folded_of

JOINED = """
-- The texts of an array, as one: array_to_string is not immutable, since of other types it may not be.
CREATE FUNCTION registry_joined(text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
SELECT pg_catalog.array_to_string($1, ' ') $$;
"""


def _add(model: str, name: str, *columns: str | Joined) -> list[Operation]:
    index = GinIndex(OpClass(models.F("folded"), name="gin_trgm_ops"), name=f"{name}_folded")
    return [migrations.AddField(model, "folded", folded_of(*columns)), migrations.AddIndex(model, index)]


def _change(model: str, *columns: str | Joined) -> list[Operation]:
    """Make the column anew: PostgreSQL changes no expression of a generated column."""
    return [
        migrations.RemoveIndex(model, f"{model}_folded"),
        migrations.RemoveField(model, "folded"),
        *_add(model, model, *columns),
    ]


class Migration(migrations.Migration):
    """Five columns that the database derives, each with an index."""

    dependencies = [("registry", "0012_concerns")]
    operations = [
        migrations.RunSQL(JOINED, "DROP FUNCTION registry_joined(text[]);"),
        Together(
            [
                *_change("finding", "text", "measure", "speaker"),
                *_change("source", "title", Joined("authors"), "publisher"),
                *_add("license", "license", "number", "description"),
                *_add("prospectingobject", "prospecting", "description", "location_words"),
                *_add("policyframework", "framework", "summary"),
            ]
        ),
    ]
