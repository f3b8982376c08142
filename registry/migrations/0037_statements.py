"""Indexes by which statements are found: by field, source, relation and confidence."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from registry.migrations._together import GroupedMigration


class Migration(GroupedMigration):
    """The index of the source finds its citations in the order of their keys."""

    dependencies = [("registry", "0036_covered")]

    operations = [
        migrations.AlterField(
            "citation",
            "source",
            models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="citations", to="registry.source"
            ),
        ),
        migrations.AddIndex("citation", django.contrib.postgres.indexes.GinIndex(fields=["fields"], name="citation_fields")),
        migrations.AddIndex("citation", models.Index(fields=["source", "id"], name="citation_source")),
        migrations.AddIndex(
            "citation",
            models.Index(fields=["relation", "id"], name="citation_otherwise", condition=~models.Q(relation="supports")),
        ),
        migrations.AddIndex(
            "citation",
            models.Index(
                fields=["confidence", "id"], name="citation_by_confidence", condition=models.Q(confidence__isnull=False)
            ),
        ),
    ]
