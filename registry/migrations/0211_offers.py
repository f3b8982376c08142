"""A problem of a row keeps the fix that can be accepted with one click."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column to problems."""

    dependencies = [("registry", "0210_shown_records")]

    operations = [
        migrations.AddField(
            model_name="importproblem",
            name="offer",
            field=models.JSONField(null=True, help_text="The fix that can be accepted with one click, if there is one."),
        ),
    ]
