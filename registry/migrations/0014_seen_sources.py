"""A published record needs a citation of a published source: what was published without one before is reported, and stays.

The triggers themselves are installed after every migrate (see `registry.apps`); they look at what changes from now on.
"""

import logging
from typing import Any

from django.db import migrations

_CITED = {
    "deposit": "registry_deposit",
    "estimate": "registry_resourceestimate",
    "prospecting_object": "registry_prospectingobject",
    "license": "registry_license",
    "policy_framework": "registry_policyframework",
    "organization": "registry_organization",
}
_NAMED = 20
_UNCITED = """
SELECT r.slug FROM "{table}" r WHERE r.record_status = 'published' AND NOT EXISTS (
    SELECT FROM registry_citation c JOIN registry_source s ON s.id = c.source_id
    WHERE c.{column}_id = r.id AND s.record_status = 'published') ORDER BY r.id
"""
_FINDINGS = """
SELECT f.slug FROM registry_finding f JOIN registry_source s ON s.id = f.source_id
WHERE f.record_status = 'published' AND s.record_status <> 'published' ORDER BY f.id
"""


def report(apps: Any, schema_editor: Any) -> None:
    """Name the published records of which readers see no source."""
    log = logging.getLogger("registry.migrations")
    queries = {column: _UNCITED.format(table=table, column=column) for column, table in _CITED.items()} | {"finding": _FINDINGS}
    with schema_editor.connection.cursor() as cursor:
        for kind, query in queries.items():
            cursor.execute(query)
            slugs = [slug for (slug,) in cursor.fetchall()]
            if slugs:
                log.warning(
                    "%s published record(s) of the kind %s cite no published source; publish a source of each, or withdraw it: %s%s",
                    f"{len(slugs):,}",
                    kind,
                    ", ".join(slugs[:_NAMED]),
                    ", …" if len(slugs) > _NAMED else "",
                )


class Migration(migrations.Migration):
    """Only a report."""

    dependencies = [("registry", "0017_taken_back")]
    operations = [migrations.RunPython(report, migrations.RunPython.noop)]
