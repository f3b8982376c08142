"""The admin."""

from django.apps import AppConfig


class CurationConfig(AppConfig):
    """Pages, templates and scripts of the admin, over the models of `registry`."""

    name = "curation"
    verbose_name = "Curation"
