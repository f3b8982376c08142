"""The domain."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Models, rules, provenance and curation; no HTTP but in the admin."""

    name = "registry"
    verbose_name = "Registry"
