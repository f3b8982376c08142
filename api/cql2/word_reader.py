"""Words of a CQL2 text, read one after the other by the parsers of expressions and of shapes."""

from api.cql2.bounds import refusal
from api.cql2.tokens import Word


class WordReader:
    """Reads words from the first to the last."""

    def __init__(self, words: list[Word]) -> None:
        """Begin at the first word."""
        self.words, self.position = words, 0

    @property
    def word(self) -> Word:
        """Return the word that comes next."""
        return self.words[self.position]

    def follows(self, ahead: int) -> Word:
        """Return a word further ahead, the end mark at most."""
        return self.words[min(self.position + ahead, len(self.words) - 1)]

    def take(self) -> Word:
        """Return the next word and go on."""
        word = self.word
        self.position += 1
        return word

    def takes(self, *texts: str) -> str | None:
        """Go past the next word if it is one of these signs or key words, and give it."""
        text = self.word.upper or (self.word.text if self.word.kind == "sign" else "")
        if text in texts:
            self.position += 1
            return text
        return None

    def expect(self, what: str) -> None:
        """Go past a sign or key word that must come now; raises BadParameter."""
        if (what == "end" and self.word.kind == "end") or self.takes(what):
            return
        raise self.unexpected("the end" if what == "end" else f"“{what}”")

    def unexpected(self, wanted: str) -> Exception:
        """Return the problem with the next word."""
        found = self.word.text if self.word.kind == "end" else f"“{self.word.text[:40]}”"
        return refusal(f"Expected {wanted} at character {self.word.at + 1}, found {found}.")
