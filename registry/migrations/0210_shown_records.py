"""A check keeps what some of its records will look like."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column to imports."""

    dependencies = [("registry", "0201_places_then")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="shown",
            field=models.JSONField(
                db_default=[], default=list, help_text="A few of its records as readers will see them, found by the check."
            ),
        ),
    ]
