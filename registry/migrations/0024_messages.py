"""Messages of constraints, which the database does not keep: no SQL is run."""

from django.db import migrations, models

from registry.migrations._together import GroupedMigration


class Migration(GroupedMigration):
    """What people are told."""

    dependencies = [
        ("registry", "0023_repeated_indexes"),
    ]

    operations = [
        migrations.AlterConstraint(
            model_name="distinction",
            name="distinction_in_order",
            constraint=models.CheckConstraint(
                condition=models.Q(("one_id__lt", models.F("other_id"))),
                name="distinction_in_order",
                violation_error_message="Of two distinct records, the one with the lower key must come first.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="grade",
            name="grade_values",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("value_low__isnull", True), ("value_low__gt", 0), _connector="OR"),
                    models.Q(
                        ("value_low__isnull", True),
                        ("value__isnull", True),
                        ("value_low__lte", models.F("value")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("value_low__isnull", True),
                        ("value_high__isnull", True),
                        ("value_low__lte", models.F("value_high")),
                        _connector="OR",
                    ),
                    models.Q(("value__isnull", True), ("value__gt", 0), _connector="OR"),
                    models.Q(
                        ("value__isnull", True),
                        ("value_high__isnull", True),
                        ("value__lte", models.F("value_high")),
                        _connector="OR",
                    ),
                    models.Q(("value_high__isnull", True), ("value_high__gt", 0), _connector="OR"),
                ),
                name="grade_values",
                violation_error_message="Grades must be above zero, with low ≤ value ≤ high.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_deposit_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deposit__isnull", False), ("kind", "preferred")),
                fields=("deposit",),
                name="name_deposit_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_prospecting_object_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "preferred"), ("prospecting_object__isnull", False)),
                fields=("prospecting_object",),
                name="name_prospecting_object_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_license_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "preferred"), ("license__isnull", False)),
                fields=("license",),
                name="name_license_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_policy_framework_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "preferred"), ("policy_framework__isnull", False)),
                fields=("policy_framework",),
                name="name_policy_framework_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_organization_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "preferred"), ("organization__isnull", False)),
                fields=("organization",),
                name="name_organization_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_country_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("country__isnull", False), ("kind", "preferred")),
                fields=("country",),
                name="name_country_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_region_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "preferred"), ("region__isnull", False)),
                fields=("region",),
                name="name_region_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="name",
            name="name_commodity_preferred",
            constraint=models.UniqueConstraint(
                condition=models.Q(("commodity__isnull", False), ("kind", "preferred")),
                fields=("commodity",),
                name="name_commodity_preferred",
                violation_error_message="A record has one preferred name, which the registry keeps by itself.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="resourceestimate",
            name="estimate_ore",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ore_tonnes_low__isnull", True), ("ore_tonnes_low__gt", 0), _connector="OR"),
                    models.Q(
                        ("ore_tonnes_low__isnull", True),
                        ("ore_tonnes__isnull", True),
                        ("ore_tonnes_low__lte", models.F("ore_tonnes")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("ore_tonnes_low__isnull", True),
                        ("ore_tonnes_high__isnull", True),
                        ("ore_tonnes_low__lte", models.F("ore_tonnes_high")),
                        _connector="OR",
                    ),
                    models.Q(("ore_tonnes__isnull", True), ("ore_tonnes__gt", 0), _connector="OR"),
                    models.Q(
                        ("ore_tonnes__isnull", True),
                        ("ore_tonnes_high__isnull", True),
                        ("ore_tonnes__lte", models.F("ore_tonnes_high")),
                        _connector="OR",
                    ),
                    models.Q(("ore_tonnes_high__isnull", True), ("ore_tonnes_high__gt", 0), _connector="OR"),
                ),
                name="estimate_ore",
                violation_error_message="Ore tonnages must be above zero, with low ≤ value ≤ high.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="resourceestimate",
            name="estimate_contained",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contained_tonnes_low__isnull", True), ("contained_tonnes_low__gt", 0), _connector="OR"),
                    models.Q(
                        ("contained_tonnes_low__isnull", True),
                        ("contained_tonnes__isnull", True),
                        ("contained_tonnes_low__lte", models.F("contained_tonnes")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("contained_tonnes_low__isnull", True),
                        ("contained_tonnes_high__isnull", True),
                        ("contained_tonnes_low__lte", models.F("contained_tonnes_high")),
                        _connector="OR",
                    ),
                    models.Q(("contained_tonnes__isnull", True), ("contained_tonnes__gt", 0), _connector="OR"),
                    models.Q(
                        ("contained_tonnes__isnull", True),
                        ("contained_tonnes_high__isnull", True),
                        ("contained_tonnes__lte", models.F("contained_tonnes_high")),
                        _connector="OR",
                    ),
                    models.Q(("contained_tonnes_high__isnull", True), ("contained_tonnes_high__gt", 0), _connector="OR"),
                ),
                name="estimate_contained",
                violation_error_message="Contained tonnages must be above zero, with low ≤ value ≤ high.",
            ),
        ),
    ]
