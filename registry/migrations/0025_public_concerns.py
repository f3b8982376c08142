"""Chains say whether they are public, and what their side is called; they are derived again after the migration."""

from typing import Any

from django.db import migrations, models

from registry.migrations._together import GroupedMigration

_PUBLIC: Any = models.BooleanField(
    default=True, help_text="Whether the disagreement and every record of the chain are published."
)
_SLUG: Any = models.CharField(
    default="", max_length=120, help_text="Slug of the side; for a part of a record that of the record."
)
_TABLES = ("concern", "concernhistory")


class Migration(GroupedMigration):
    """Add the columns to the chains and to their history, and index the citing sources."""

    dependencies = [("registry", "0035_cited_fields")]

    operations = [
        *(
            migrations.AddField(model, name, field.clone(), preserve_default=False)
            for model in _TABLES
            for name, field in (("side_slug", _SLUG), ("is_public", _PUBLIC))
        ),
        migrations.AddIndex(
            "concern",
            models.Index(
                fields=["citing_source"], condition=models.Q(citing_source__isnull=False), name="concern_citing_source"
            ),
        ),
    ]
