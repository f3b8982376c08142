"""Whether an undo took back what an import wrote to a record: a run is undone as a whole, but may have left some alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="importoutcome",
            name="taken_back",
            field=models.BooleanField(db_default=False, help_text="Whether an undo has reverted these changes."),
        ),
        migrations.AlterField(
            model_name="importoutcome",
            name="version",
            field=models.PositiveIntegerField(
                help_text="The version of the record with the import's values; updated when an undo restores them."
            ),
        ),
        # Which records earlier undos left alone was not kept; until now all were treated as taken back.
        migrations.RunSQL(
            "UPDATE registry_importoutcome SET taken_back = true"
            " WHERE run_id IN (SELECT id FROM registry_importrun WHERE state = 'undone')",
            migrations.RunSQL.noop,
        ),
    ]
