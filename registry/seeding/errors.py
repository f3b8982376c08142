"""What can be wrong with a card, said so that its writer finds the place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CardLocation:
    """Where something stands: file, record, and the keys that lead to it."""

    file: str
    record: str = ""
    keys: tuple[str, ...] = ()

    def at(self, *keys: str | int) -> "CardLocation":
        """Go down by keys; a list item is named by its position, counted from 1."""
        named = (f"item {key + 1}" if isinstance(key, int) else key for key in keys)
        return CardLocation(self.file, self.record, (*self.keys, *named))

    def of(self, record: str) -> "CardLocation":
        """Stand at a record of the same file."""
        return CardLocation(self.file, record)

    def __str__(self) -> str:
        """Return file, record and keys, as far as they are known."""
        parts = [self.file, self.record, " → ".join(self.keys)]
        return ": ".join(part for part in parts if part)


class SeedError(Exception):
    """A card that cannot be loaded; nothing is written."""

    def __init__(self, place: CardLocation, message: str) -> None:
        """Describe where and what."""
        super().__init__(f"{place}: {message}")
        self.place = place
