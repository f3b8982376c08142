"""An organization has dated parents; the column of its one parent goes."""

from django.db import migrations


class Migration(migrations.Migration):
    """The column, its history and its index."""

    dependencies = [("registry", "0041_world_time_rows")]

    operations = [
        migrations.RemoveIndex(
            model_name="organization",
            name="organization_by_parent",
        ),
        migrations.RemoveField(
            model_name="organization",
            name="parent",
        ),
        migrations.RemoveField(
            model_name="organizationhistory",
            name="parent",
        ),
    ]
