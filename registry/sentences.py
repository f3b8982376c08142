"""Sentences that the database writes: declared once with their places, so that pages can give them in another language."""

import re
from dataclasses import dataclass, field
from functools import cache

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """A sentence in English; places such as `{country}` are filled in by the database."""

    text: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare for reading it, and add it to those that are known."""
        parts = _PLACE.split(self.text)
        read = "".join(f"(?P<{one}>.+?)" if number % 2 else re.escape(one) for number, one in enumerate(parts))
        object.__setattr__(self, "pattern", re.compile(read))
        _known.append(self)
        sentences.cache_clear()

    def sql(self, **places: str) -> str:
        """Write the expression that gives it; places are expressions themselves, and it is null if one of them is."""
        parts = _PLACE.split(self.text)
        return " || ".join(
            places[one] if number % 2 else "'" + one.replace("'", "''") + "'" for number, one in enumerate(parts) if one
        )


_known: list[Sentence] = []


@cache
def sentences() -> tuple[Sentence, ...]:
    """List them: those that say more come before those whose places would swallow it."""
    return tuple(sorted(_known, key=lambda one: -len(_PLACE.sub("", one.text))))


def read_sentence(text: str) -> tuple[Sentence, dict[str, str]] | None:
    """Find the sentence that a text is, with what stands in its places; None if it is none."""
    for one in sentences():
        if found := one.pattern.fullmatch(text):
            return one, found.groupdict()
    return None
