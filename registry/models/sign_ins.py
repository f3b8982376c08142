"""Attempts to sign in, as far as they are needed to limit guesses of passwords."""

from django.db import models


class SignIn(models.Model):
    """One attempt: at which account, from which address, and whether it succeeded.

    Neither is readable: both are digests under the secret key. Failures are kept as long as they count, successes as long as
    they make an address known.
    """

    account = models.CharField(max_length=32, help_text="Digest of the entered name.")
    address = models.CharField(max_length=32, help_text="Digest of the client's address, of its /64 for IPv6.")
    at = models.DateTimeField(auto_now_add=True, help_text="Time of the attempt.")
    succeeded = models.BooleanField(default=False, help_text="Whether the password was correct.")

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account", "at"], name="signin_account"),
            models.Index(fields=["address", "at"], name="signin_address"),
            models.Index(fields=["succeeded", "at"], name="signin_at"),
        ]

    def __str__(self) -> str:
        """Describe when it was, and how it ended."""
        return f"{self.at:%Y-%m-%d %H:%M} {'succeeded' if self.succeeded else 'failed'}"
