"""What the registry keeps about an account beside its password and roles."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from registry.kinds import RECORD_KINDS

_KINDS: Any = [(kind.name, kind.name) for kind in sorted(RECORD_KINDS, key=lambda kind: kind.name)]


class Curator(models.Model):
    """The language that somebody has chosen for the admin, and what their roles are limited to.

    An account without a row has the language of its browser, and no limit.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="curator", help_text="Whose."
    )
    language = models.CharField(
        max_length=8,
        blank=True,
        default="",
        choices=settings.LANGUAGES,
        help_text="Language of the admin; empty as the browser.",
    )
    countries = models.ManyToManyField(
        "registry.Country",
        blank=True,
        related_name="+",
        help_text="Only records of these countries are written; empty for all.",
    )
    kinds = ArrayField(
        models.CharField(max_length=24, choices=_KINDS),
        blank=True,
        default=list,
        help_text="Only records of these kinds are written; empty for all.",
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        """Name the account."""
        return str(self.account)
