"""What every code list shares."""

from typing import Self

from django.db import models


class Vocabulary(models.TextChoices):
    """A closed list of codes, written `CODE = "code", "Label"` or `CODE = "code", "concept URI", "Label"`."""

    uri: str | None

    def __new__(cls, code: str, uri: str | None = None) -> Self:
        """Make a member that remembers the URI of its concept."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.uri = uri
        return member
