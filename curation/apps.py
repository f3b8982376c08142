"""The admin."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy


class CurationConfig(AppConfig):
    """Pages, templates and scripts of the admin, over the models of `registry`."""

    name = "curation"
    verbose_name = gettext_lazy("Curation")

    def ready(self) -> None:
        """Make the roles after migrations, so that an account can be given one at once."""
        # The signal is not sent for an application without models.
        post_migrate.connect(_after, sender=apps.get_app_config("auth"))


def _after(**options: object) -> None:
    from curation.roles import after_migrate

    after_migrate(**options)
