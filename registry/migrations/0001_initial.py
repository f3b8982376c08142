"""The schema of release 1.0: functions, tables, the log of changes, and what vector tiles are made of.

It replaces the nine migrations by which that release came about; a database that has them all is taken to have this one.
"""

from django.conf import settings
from django.contrib.postgres.operations import CreateExtension
from django.db import migrations

from registry.migrations._initial import changes, functions, matching, tiles
from registry.migrations._initial.tables import TABLES
from registry.migrations._together import Together


class Migration(migrations.Migration):
    """Everything, in the order in which it rests on each other."""

    initial = True
    replaces = [
        ("registry", "0001_functions"),
        ("registry", "0002_tables"),
        ("registry", "0003_imports"),
        ("registry", "0004_changes"),
        ("registry", "0005_matching"),
        ("registry", "0006_tiles"),
        ("registry", "0007_import_progress"),
        ("registry", "0008_written_here"),
        ("registry", "0009_unlocated"),
    ]
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        CreateExtension("postgis"),
        CreateExtension("pg_trgm"),
        CreateExtension("btree_gist"),
        CreateExtension("unaccent"),
        migrations.RunSQL(
            functions.FOLD + functions.DATES + functions.PLACES + functions.DATA_VERSION + functions.WRITTEN_HERE,
            functions.UNDO,
        ),
        Together(TABLES),
        migrations.RunSQL(matching.FUNCTIONS, matching.UNDO),
        migrations.RunSQL(changes.LOG + changes.history_indexes(), changes.UNDO),
        migrations.RunSQL(tiles.GRID + tiles.TABLES, tiles.UNDO),
    ]
