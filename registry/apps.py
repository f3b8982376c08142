"""The domain."""

from typing import Any

import pgtrigger
from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RegistryConfig(AppConfig):
    """Models, rules, provenance and curation; no HTTP but in the admin."""

    name = "registry"
    verbose_name = "Registry"

    def ready(self) -> None:
        """Keep the triggers that stand beside the models, after every migrate."""
        post_migrate.connect(_keep_triggers, sender=self)


def _keep_triggers(using: str, plan: Any = None, **options: Any) -> None:
    # “flush” tells the same without a plan, and leaves the triggers where they are: half a second after each test that commits.
    if plan is not None:
        pgtrigger.install(database=using)
