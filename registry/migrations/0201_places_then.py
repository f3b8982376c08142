"""Index where records were, so that a box of the past is found as one of the present."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.functions.comparison
from django.db import migrations, models

_PLACE = django.db.models.functions.comparison.Coalesce(
    "footprint", "location", output_field=django.contrib.gis.db.models.fields.GeometryField(srid=4326)
)


class Migration(migrations.Migration):
    """Index the history of deposits, prospecting objects and licences by place."""

    dependencies = [("registry", "0200_changes_since")]
    operations = [
        migrations.AddIndex("deposithistory", django.contrib.postgres.indexes.GistIndex(_PLACE, name="deposit_place_then")),
        migrations.AddIndex(
            "licensehistory", django.contrib.postgres.indexes.GistIndex(models.F("area"), name="license_place_then")
        ),
        migrations.AddIndex(
            "prospectingobjecthistory",
            django.contrib.postgres.indexes.GistIndex(_PLACE, name="prospectingobject_place_then"),
        ),
    ]
