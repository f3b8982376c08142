"""Loading of third-party files."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Readers, mappings, checks, reports and the commands that load files; its tables are among the models of `registry`."""

    name = "imports"
    verbose_name = "Imports"
