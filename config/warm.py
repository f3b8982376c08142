"""What the first requests would wait for, made before they come: a worker listens when it can answer at once."""

from contextlib import suppress

import psycopg
from django.db import DatabaseError, connections
from django.urls import reverse

from api.database import reads
from api.tiles.grid import Tile
from api.tiles.layer import layers
from api.tiles.render import render
from api.tiles.views import read_request


def warm_process() -> None:
    """Import the views and derive what responses rest on: half a second of a processor, without the database."""
    reverse("front:home")
    reads.prepare()


def warm_thread() -> None:
    """Connect, and let the database load PostGIS for this connection, by a tile of the world.

    Without the database the thread is as it was, and connects at its first request.
    """
    layer = next(iter(layers()))
    try:
        render(layer, Tile(0, 0, 0), read_request((layer,), {}).queries[0])
    except (psycopg.Error, DatabaseError):
        with suppress(psycopg.Error, DatabaseError):
            connections.close_all()
