"""What every code list shares."""

from enum import property as enum_property
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy


class Vocabulary(models.TextChoices):
    """A closed list of codes, written `CODE = "code", "Label"` or `CODE = "code", "concept URI", "Label"`."""

    uri: str | None

    def __new__(cls, code: str, uri: str | None = None) -> Self:
        """Make a member that remembers the URI of its concept."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.uri = uri
        return member

    @enum_property
    def label(self) -> Any:
        """Return the words for the code, in the language of the page."""
        return gettext_lazy(str(self._label_))
