"""How many records a source is cited for, added up from changes by the triggers that are installed after every migrate."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table, derived."""

    dependencies = [("registry", "0012_searched_texts")]
    operations = [
        migrations.CreateModel(
            "Tally",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.ForeignKey(
                        "registry.source",
                        on_delete=models.DO_NOTHING,
                        related_name="tallies",
                        db_constraint=False,
                        db_index=False,
                    ),
                ),
                ("relation", models.CharField(max_length=16, help_text="Relation of the source to the records.")),
                ("kind", models.CharField(max_length=24, help_text="Kind of the records.")),
                ("records", models.IntegerField(help_text="Change in the number of records.")),
            ],
            {
                "verbose_name_plural": "tallies",
                "indexes": [
                    models.Index(fields=["source", "relation", "kind"], include=["records"], name="tally_source"),
                ],
            },
        ),
    ]
