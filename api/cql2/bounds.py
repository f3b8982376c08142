"""Bounds on a filter, kept before anything reads it: length, levels of brackets, number of words and nodes.

A recursive parser crashes at about a thousand nested brackets, so brackets are counted
first, in one pass over the characters.
"""

from api.errors import BadParameter

MAX_CHARACTERS = 200_000
MAX_DEPTH = 32
#: Levels of JSON brackets that a filter of MAX_DEPTH levels can have: an object and a list each, and a geometry's own.
MAX_JSON_DEPTH = 2 * MAX_DEPTH + 8
MAX_NODES = 1_000
#: Words and signs of a text, the numbers of its geometries included.
MAX_WORDS = 60_000

FILTER = "filter"


def refusal(detail: str) -> BadParameter:
    """Return the problem with a filter."""
    return BadParameter(detail, FILTER)


def check_text(text: str) -> None:
    """Reject a text that is too long or nested too deeply; raises BadParameter."""
    _check(text, "(", ")", "'", MAX_DEPTH)


def check_json(text: str) -> None:
    """Reject a JSON text that is too long or nested too deeply; raises BadParameter."""
    _check(text, "[{", "]}", '"', MAX_JSON_DEPTH)


def _check(text: str, opening: str, closing: str, quote: str, most: int) -> None:
    if len(text) > MAX_CHARACTERS:
        raise refusal(f"The filter is longer than {MAX_CHARACTERS:,} characters.")
    if "\x00" in text:
        raise refusal("A text must not contain a null byte.")
    depth, quoted, escaped = 0, False, False
    for character in text:
        if quoted:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == quote:
                quoted = False
        elif character == quote:
            quoted = True
        elif character in opening:
            depth += 1
            if depth > most:
                raise refusal(f"The filter is nested more than {MAX_DEPTH} levels deep.")
        elif character in closing:
            depth -= 1
