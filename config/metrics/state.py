"""What is the same for all workers, read from the database on demand: changes, derived documents, imports, replicas."""

from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import DatabaseError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from api.database.connection import fetch
from api.database.servers import from_primary

#: Each gives the value, and a label if the measure has one.
_CHANGES = (
    "SELECT COALESCE(sum(changes), 0)::bigint, (SELECT COALESCE(max(transaction), 0) FROM registry_change)"
    " FROM registry_dataversion"
)
#: The feed shows what every earlier transaction has ended with: it stands still behind the oldest one that writes.
_LAG = (
    "SELECT COALESCE(extract(epoch FROM now() - min(xact_start)), 0)::float8 FROM pg_stat_activity"
    " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()"
)
_SESSIONS = (
    "SELECT COALESCE(state, 'unknown'), count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1"
)
_BEHIND = "SELECT count(*) FROM registry_derived WHERE wanted IS NOT NULL"
_IMPORTS = "SELECT state, count(*) FROM registry_importrun GROUP BY 1 ORDER BY 1"
_IMPORTED = (
    "SELECT c.key, sum(c.value::bigint)::bigint FROM registry_importrun r CROSS JOIN LATERAL jsonb_each_text(r.counts) c"
    " WHERE c.value ~ '^[0-9]{1,15}$' GROUP BY 1 ORDER BY 1"
)
_REPLICAS = (
    "SELECT application_name || '/' || COALESCE(host(client_addr), 'socket'), state,"
    " COALESCE(pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END,"
    " replay_lsn), 0)::float8, COALESCE(extract(epoch FROM replay_lag), 0)::float8 FROM pg_stat_replication ORDER BY 1"
)


def replicas() -> list[dict[str, Any]]:
    """Return the replicas that follow this database: name, state, and how far behind they are."""
    return [
        {"name": name, "state": state, "behind_bytes": int(size), "behind_seconds": seconds}
        for name, state, size, seconds in fetch(_REPLICAS)
    ]


def imports() -> dict[str, int]:
    """Return the number of imports by state."""
    return dict(fetch(_IMPORTS))


class StateCollector:
    """Collects it for Prometheus."""

    def describe(self) -> list[Metric]:
        """Name nothing beforehand: a collector that is added is not asked for its values."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give every measure; without the database, only that it is away."""
        try:
            # Replicas, sessions and writes are those of the primary.
            with from_primary():
                found = list(_measures())
        except (psycopg.Error, DatabaseError):
            found = []
        yield GaugeMetricFamily("registry_database_up", "Whether the database answers.", value=float(bool(found)))
        yield from found


def _measures() -> Iterator[Metric]:
    ((changes, position),) = fetch(_CHANGES)
    yield CounterMetricFamily("registry_changes", "Commits that changed what is public.", value=changes)
    yield GaugeMetricFamily("registry_changes_position", "The last transaction in the feed of changes.", value=position)
    ((lag,),) = fetch(_LAG)
    yield GaugeMetricFamily("registry_changes_lag_seconds", "Age of the oldest write that the feed waits for.", value=lag)
    ((behind,),) = fetch(_BEHIND)
    yield GaugeMetricFamily("registry_derived_behind", "Kinds of what is derived that an older declaration made.", value=behind)
    yield _family("registry_database_sessions", "Connections to the database.", "state", fetch(_SESSIONS))
    yield _family("registry_imports", "Imports by state.", "state", list(imports().items()))
    yield _family("registry_import_rows", "Rows of imports by what became of them.", "outcome", fetch(_IMPORTED))
    following = replicas()
    names = [(one["name"], one["behind_bytes"]) for one in following]
    yield _family("registry_replica_behind_bytes", "What a replica has still to replay.", "replica", names)
    seconds = [(one["name"], one["behind_seconds"]) for one in following]
    yield _family("registry_replica_behind_seconds", "How long ago a replica replayed.", "replica", seconds)


def _family(name: str, words: str, label: str, rows: list[tuple[Any, ...]]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in rows:
        family.add_metric([str(key)], value)
    return family
