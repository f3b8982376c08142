"""The public pages."""

from django.apps import AppConfig


class ExplorerConfig(AppConfig):
    """The front page and its map."""

    name = "explorer"
    verbose_name = "Explorer"
