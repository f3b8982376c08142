"""The words and signs of a CQL2 text."""

import re
from dataclasses import dataclass

from api.cql2.bounds import MAX_WORDS, refusal

#: Letters that a name begins with, and what may follow (the grammar's ranges, as XML names have them).
_START = (
    ":_A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1ffe\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = f"[{_START}][{_START}.0-9\u0300-\u036f\u203f\u2040]*"
_SPACE = "\t\n\x0b\x0c\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

_WORDS = re.compile(
    rf"""(?P<space>[{_SPACE}]+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>{_NAME})
    |(?P<quoted>"(?:{_NAME})")
    |(?P<text>'(?:[^'\\]|''|\\.)*')
    |(?P<sign><=|>=|<>|[=<>(),+\-*/%^])""",
    re.X | re.S,
)


@dataclass(frozen=True)
class Word:
    """A word or sign, what kind it is, and where it stands."""

    kind: str
    text: str
    at: int

    @property
    def upper(self) -> str:
        """Return the word as a key word is compared; nothing for what is no name."""
        return self.text.upper() if self.kind == "name" else ""


def words_of(text: str) -> list[Word]:
    """Cut a text into words and signs, with an end mark; raises BadParameter."""
    words: list[Word] = []
    position = 0
    while position < len(text):
        match = _WORDS.match(text, position)
        if match is None:
            what = "Unterminated text" if text[position] == "'" else "Unexpected character"
            raise refusal(f"{what}: “{text[position : position + 20]}”, at character {position + 1}.")
        if match.lastgroup != "space":
            words.append(Word(str(match.lastgroup), match[0], position))
            if len(words) > MAX_WORDS:
                raise refusal(f"The filter has more than {MAX_WORDS:,} tokens.")
        position = match.end()
    words.append(Word("end", "the end", len(text)))
    return words


def unquoted(text: str) -> str:
    """Return the characters of a text between quotes: a quote inside is written twice or after a backslash."""
    return re.sub(r"''|\\'", "'", text[1:-1])
