"""An aggregate that sets the bits of records: a bit string for each record and an OR of them all cost twenty times as much."""

from django.db import migrations

BITS = f"""
CREATE AGGREGATE registry_bits(int, int) (SFUNC = pg_catalog.set_bit, STYPE = bit, INITCOND = '{"0" * 8192}');
"""


class Migration(migrations.Migration):
    """The first argument is the number of a bit, the second its value."""

    dependencies = [("registry", "0088_newest_source_indexes")]
    operations = [migrations.RunSQL(BITS, "DROP AGGREGATE registry_bits(int, int)")]
