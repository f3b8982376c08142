"""Find by an index what lies elsewhere than in its stated country, drafts too; licences by their last day and number."""

import django.db.models.functions
from django.db import migrations, models

import registry.models.dated
import registry.models.doubts
from registry.migrations._together import GroupedMigration

#: Model → the name with which the index begins, and the geometry.
_PLACED = {"deposit": ("deposit", "geometry"), "license": ("license", "area"), "prospectingobject": ("prospecting", "geometry")}


class Migration(GroupedMigration):
    dependencies = [("registry", "0099_lists")]

    operations = [
        operation
        for model, (table, geometry) in _PLACED.items()
        for operation in (
            migrations.AddIndex(
                model_name=model,
                index=models.Index(
                    condition=models.Q(
                        registry.models.doubts.Elsewhere(models.F("located_in"), models.F("country"), models.F(geometry))
                    ),
                    fields=["id"],
                    name=f"{table}_elsewhere",
                ),
            ),
            migrations.RunSQL(
                f"CREATE STATISTICS {table}_elsewhere_statistics"
                f" ON ({geometry} IS NOT NULL AND country_id <> ALL (located_in)) FROM registry_{model}; ANALYZE registry_{model}",
                f"DROP STATISTICS {table}_elsewhere_statistics",
            ),
        )
    ] + [
        migrations.AddIndex(
            model_name="name",
            index=models.Index(
                fields=["id"],
                name="name_no_language",
                condition=models.Q(("language", ""), models.Q(("kind", "preferred"), _negated=True)),
            ),
        ),
        migrations.AddIndex(
            model_name="license",
            index=models.Index(registry.models.dated.LastDay("expires"), models.F("id"), name="license_last_day"),
        ),
        migrations.AddIndex(
            model_name="license",
            index=models.Index(django.db.models.functions.Upper("number"), name="license_number_upper"),
        ),
    ]
