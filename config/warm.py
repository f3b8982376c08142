"""What the first requests would wait for, made before they come: a worker listens when it can answer at once."""

from contextlib import suppress

import psycopg
from django.db import DatabaseError, connections
from django.urls import reverse

from api.database import reads
from api.database.connection import fetch


def warm_process() -> None:
    """Import the views and derive what responses rest on: half a second of a processor, without the database."""
    reverse("front:home")
    reads.prepare()


def warm_thread() -> None:
    """Connect, and let the database load PostGIS for this connection, by a tile of one point: no table is read.

    Without the database the thread is as it was, and connects at its first request.
    """
    try:
        fetch("SELECT ST_AsMVT(t) FROM (SELECT ST_AsMVTGeom(ST_Point(0, 0, 3857), ST_TileEnvelope(0, 0, 0)) AS point) t")
    except (psycopg.Error, DatabaseError):
        with suppress(psycopg.Error, DatabaseError):
            connections.close_all()
