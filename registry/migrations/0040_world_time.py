"""World time: dated parties, parents and members, where a framework applies, gaps, schemes as records, dates of a status."""

from django.db import migrations

from registry.migrations._together import Together
from registry.migrations._world_time import ADDED, CREATED

# Whether a row holds on a day: yes, no, or null where the dates do not tell. `stated` is a day for which a source states it.
HOLDS_ON = """
CREATE FUNCTION registry_holds_on(starts text, ends text, stated text, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE WHEN public.registry_first_day($1) > $4 THEN false
        WHEN LEAST(public.registry_last_day($1), public.registry_last_day($3)) <= $4 THEN true END
    AND NOT CASE WHEN $2 IS NULL THEN false WHEN public.registry_last_day($2) < $4 THEN true
        WHEN GREATEST(public.registry_first_day($2), public.registry_first_day($3)) >= $4 THEN false END
$$;
"""


class Migration(migrations.Migration):
    """New tables, columns and rules; rows that follow from older ones are written by the next migration."""

    dependencies = [
        ("registry", "0037_statements"),
    ]

    operations = [
        migrations.RunSQL(HOLDS_ON, "DROP FUNCTION registry_holds_on(text, text, text, date);"),
        Together(CREATED),
        Together(ADDED),
    ]
