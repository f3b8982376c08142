"""Every index is written with every row, so none repeats the beginning of another."""

import pytest
from django.db import connection

#: Indexes that are not unique, and the index that finds the same rows. Those for LIKE compare letters otherwise; a partial
#: one is smaller than what it repeats.
REPEATED = """
    SELECT a.indexrelid::regclass::text, b.indexrelid::regclass::text
    FROM pg_index a JOIN pg_index b ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid
    JOIN pg_class ca ON ca.oid = a.indexrelid JOIN pg_class cb ON cb.oid = b.indexrelid AND cb.relam = ca.relam
    WHERE a.indrelid::regclass::text LIKE 'registry%' AND NOT a.indisunique AND a.indexprs IS NULL AND b.indexprs IS NULL
    AND a.indpred IS NULL AND b.indpred IS NULL AND a.indclass[0] = b.indclass[0]
    AND b.indkey::text || ' ' LIKE a.indkey::text || ' %' ORDER BY 1
"""


@pytest.mark.django_db
def test_no_index_repeats_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(REPEATED)
        assert cursor.fetchall() == []
