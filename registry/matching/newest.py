"""Which of the newest records may be there twice, for the lists of curators.

To compare fifty records takes seconds of the processor at a million. So it is done in the background, once a minute, where
something was written since, and a list reads what was found. A write pays nothing for it.
"""

import logging
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.db.models.functions import Now

from registry.kinds import MATCHED, kind_named, kind_of_model
from registry.matching.candidates import candidates
from registry.matching.kinds import kind_of
from registry.matching.probes import of_records
from registry.models import Comparison
from registry.models.base import Record
from registry.sql import sql
from registry.vocabularies import RecordStatus

log = logging.getLogger("registry.matching")
#: So many of the newest records are compared, and so many at once: a statement stays within its time.
NEWEST, _AT_ONCE = 50, 10
_LOCK = 7_268_104_423
#: What the statistics of the server count of a table: each write changes it, whenever its transaction ends.
_WRITES = """
    SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
    WHERE relid = ANY (ARRAY[%s, 'registry_judgement']::regclass[])
"""


def newest_duplicates(model: type[Record]) -> list[int]:
    """Return the keys of the newest records that may be the same as another, and of those others."""
    kept = Comparison.objects.filter(kind=_name(model)).values_list("records", flat=True).first()
    return _compared(model) if kept is None else kept


def compare_newest() -> int:
    """Compare the newest records of each kind of which something was written since; returns of how many kinds."""
    done = 0
    for kind in map(kind_named, MATCHED):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
                if not cursor.fetchone()[0]:
                    return done
                done += _compare(kind.model, cursor)
        except OperationalError as error:
            # One kind that takes longer than a statement may keeps no other from its turn.
            log.warning("the newest records could not be compared", extra={"kind": kind.name, "reason": str(error).strip()})
    return done


def _compare(model: Any, cursor: Any) -> bool:
    cursor.execute(_WRITES, [model._meta.db_table])
    (writes,) = cursor.fetchone()
    if Comparison.objects.filter(kind=_name(model), writes=writes).exists():
        return False
    found = {"records": _compared(model), "writes": writes, "compared_at": Now()}
    Comparison.objects.update_or_create(kind=_name(model), defaults=found)
    return True


def _compared(model: Any) -> list[int]:
    rows = model._base_manager.exclude(record_status=RecordStatus.MERGED).order_by("-pk")
    keys = list(rows.values_list("pk", flat=True)[:NEWEST])
    found: set[int] = set()
    for begin in range(0, len(keys), _AT_ONCE):
        some = sql("r.id = ANY ({keys})", keys=keys[begin : begin + _AT_ONCE])
        pairs = candidates(kind_of(model), of_records(kind_of(model), some))
        found |= {key for pair in pairs for key in (pair.record, pair.probe)}
    return sorted(found)


def _name(model: type[models.Model]) -> str:
    kind = kind_of_model(model)
    assert kind is not None
    return kind.name
