"""The way out of the registry."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ApiConfig(AppConfig):
    """Resources declared once, and everything derived from them."""

    name = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Load the declarations, so that a wrong one stops the start, and keep documents and places after every migrate."""
        import api.resources  # noqa: F401

        post_migrate.connect(_keep_derived, sender=apps.get_app_config("registry"))


def _keep_derived(**options: Any) -> None:
    from django.db import connection

    from api.changes.install import install as install_changes
    from api.documents.concerns import install as install_concerns
    from api.documents.install import install
    from api.documents.tallies import install as install_tallies
    from api.tiles.places import keep_places

    tables = connection.introspection.table_names()
    if "registry_deposit" in tables:
        install()
    if "registry_concern" in tables:
        install_concerns()
    if "registry_tally" in tables:
        install_tallies()
    if "registry_change" in tables:
        install_changes()
    if "registry_tileplace" in tables:
        keep_places()
