"""The last comparison of the newest records of each kind, kept for the lists of curators."""

import django.contrib.postgres.fields
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    """A derived table, which fills itself while the service runs."""

    dependencies = [("registry", "0190_absences")]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                ("kind", models.CharField(help_text="Kind of record.", max_length=24, primary_key=True, serialize=False)),
                (
                    "records",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        help_text="Keys of records that may be the same as another.",
                        size=None,
                    ),
                ),
                ("writes", models.BigIntegerField(help_text="Writes that the tables had seen by then.")),
                (
                    "compared_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="Time of the comparison."
                    ),
                ),
            ],
            options={"ordering": ["kind"]},
        ),
    ]
