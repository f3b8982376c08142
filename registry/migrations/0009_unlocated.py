"""Counting what has no place in a country takes an index of its own: it goes with every answer to `within`."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index for each kind of record that has a place."""

    dependencies = [("registry", "0008_written_here")]
    operations = [
        migrations.AddIndex(
            model_name=model,
            index=models.Index(
                condition=models.Q((f"{geometry}__isnull", True), ("record_status", "published")), fields=["country"], name=name
            ),
        )
        for model, geometry, name in (
            ("deposit", "geometry", "deposit_unlocated"),
            ("license", "area", "license_unlocated"),
            ("prospectingobject", "geometry", "prospecting_unlocated"),
        )
    ]
