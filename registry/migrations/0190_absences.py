"""What records lack, kept for the lists of curators."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A derived table; it is filled when the triggers are installed again."""

    dependencies = [("registry", "0221_cited")]

    operations = [
        migrations.CreateModel(
            name="Lacking",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind", "lacks", "record", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(help_text="Kind of record.", max_length=24)),
                ("lacks", models.CharField(help_text="Name of the check.", max_length=24)),
                ("record", models.BigIntegerField(help_text="Key of the record.")),
            ],
            options={"verbose_name_plural": "lacking"},
        ),
    ]
