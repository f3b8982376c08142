"""Connections beside the one of the test: what another client of the same database does meanwhile."""

from typing import Any

import psycopg
from django.db import connection

_ADDRESS = ("dbname", "user", "host", "port", "password")


def other_connection(**options: Any) -> "psycopg.Connection[Any]":
    """Connect once more to the database of the test."""
    parameters = connection.get_connection_params()
    return psycopg.connect(**{name: value for name, value in parameters.items() if name in _ADDRESS}, **options)
