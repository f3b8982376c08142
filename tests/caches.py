"""The caches of the service: a test's transaction never commits, so the data version does not move with its changes."""

from django.contrib.contenttypes.models import ContentType

from api.database import version
from api.http import cache


def forget_everything() -> None:
    """Empty them all."""
    version.forget()
    cache.bodies.forget()


def forget_database() -> None:
    """Empty what Django remembers of another database too."""
    forget_everything()
    ContentType.objects.clear_cache()
