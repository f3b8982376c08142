"""Keeps with each import how its file was read: the sheet, the header, the encoding, and what of them was guessed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column of sentences."""

    dependencies = [("registry", "0014_seen_sources")]
    operations = [
        migrations.AddField(
            model_name="importrun",
            name="notes",
            field=models.JSONField(
                default=list,
                db_default=[],
                help_text="How the file was read: the choices, which of them are guesses, and what is missing.",
            ),
        )
    ]
