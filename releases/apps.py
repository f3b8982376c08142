"""The application of releases."""

from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    """Releases: the command that writes them, and the addresses that serve them."""

    name = "releases"
