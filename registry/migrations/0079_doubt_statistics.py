"""Let PostgreSQL know how few records each doubt holds of, and find what states no province by an index."""

from django.db import migrations, models

#: The conditions of registry/models/doubts.py without their IS TRUE, by table.
OUTSIDE = "(cardinality(located_in) > 0 AND country_id <> ALL (located_in))"
STATISTICS = {
    "deposit_outside_statistics": (OUTSIDE, "registry_deposit"),
    "license_outside_statistics": (OUTSIDE, "registry_license"),
    "prospecting_outside_statistics": (OUTSIDE, "registry_prospectingobject"),
    "license_area_differs_statistics": (
        "(abs(declared_area_km2 - computed_area_km2) > 0.1 * GREATEST(declared_area_km2, computed_area_km2))",
        "registry_license",
    ),
}


class Migration(migrations.Migration):
    dependencies = [("registry", "0078_fold_scripts")]

    operations = [
        *(
            migrations.RunSQL(
                f"CREATE STATISTICS {name} ON ({condition}) FROM {table}; ANALYZE {table}", f"DROP STATISTICS {name}"
            )
            for name, (condition, table) in STATISTICS.items()
        ),
        *(
            migrations.AddIndex(
                model_name=model,
                index=models.Index(
                    fields=["id"],
                    name=name,
                    condition=models.Q(("admin_area__isnull", True), ("record_status", "published")),
                ),
            )
            for model, name in (("deposit", "deposit_no_admin_area"), ("prospectingobject", "prospecting_no_admin_area"))
        ),
    ]
