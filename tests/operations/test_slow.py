"""Slow queries: logged so that they can be run again, and given with their plans."""

import logging
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from api.database import slow
from api.database.connection import fetch
from config.logs import JsonLines
from registry.sql import sql


@pytest.mark.django_db
def test_a_slow_query_is_given_with_its_plan(settings: Any, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    settings.SLOW_QUERY_MS = 20
    # Whatever other tests, and the programs that they import, did to the loggers.
    caplog.set_level(logging.WARNING, slow.log.name)
    slow.log.disabled = False
    query = "SELECT pg_sleep({seconds}), count(*) FROM registry_deposit WHERE slug LIKE {what}"
    for seconds in (0.03, 0.06):
        fetch(sql(query, seconds=seconds, what="it's 5 %"))
    fetch("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 30")
    with pytest.raises(psycopg.errors.QueryCanceled), transaction.atomic():
        fetch("SELECT pg_sleep(1), 'given up'")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    lines = [JsonLines().format(record) for record in caplog.records if record.name == "registry.slow"]
    assert len(lines) == 3
    assert lines[0].count("pg_sleep") == 1, "a line has its statement once"
    log = tmp_path / "log"
    log.write_text("\n".join(["no JSON", '{"logger": "registry.slow" cut', f"Nov 27 host run[1]: {lines[0]}", *lines[1:]]))
    logging.getLogger("registry.slow").info("not slow")
    out = StringIO()
    call_command("slow", str(log), plan=True, stdout=out)
    said = out.getvalue()
    assert said.count("2 × ") == 1
    assert "pg_sleep(0.06), count(*)" in said, "the slowest, with its values"
    assert "it''s 5 %" in said
    assert "Aggregate" in said
    out = StringIO()
    call_command("slow", str(log), most=1, analyze=True, stdout=out)
    assert "actual time" in out.getvalue() or "given up" in out.getvalue()
