"""The application of the public pages."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Pages of records and lists of records."""

    name = "pages"
