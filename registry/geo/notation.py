"""The signs, letters and words with which coordinates are written, and how a text is cut into them."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

Meaning = TypeVar("Meaning")


@dataclass(frozen=True)
class Number:
    """A number of a coordinate; `unit` is 0 for degrees, 1 for minutes, 2 for seconds, None where no sign says it."""

    value: Decimal
    #: Digits before and after the point.
    digits: int
    decimals: int
    signed: bool
    negative: bool
    unit: int | None = None


@dataclass(frozen=True)
class Mark:
    """A direction (N, S, E, W) or the name of an axis (latitude, longitude), and how many numbers stand before it."""

    letter: str
    before: int


@dataclass
class Tokens:
    """What a text holds, in its order."""

    numbers: list[Number] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    #: How many numbers stand before each separator.
    separators: list[int] = field(default_factory=list)
    #: The rest of the text, from the first thing on that makes no sense.
    unread: str = ""
    #: Whether an s was read as seconds that might mean the south.
    s_means_seconds: bool = False


def _short(first: str, second: str) -> str:
    return rf"{first}\.?\s*{second}(?!\w)\.?"


#: What people write, in lower case → the letter it stands for.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"сев\w*\.?\s*ш(?:ир\w*)?\.?", "N"),
    (r"южн?\w*\.?\s*ш(?:ир\w*)?\.?", "S"),
    (r"вост\w*\.?\s*д(?:олг\w*)?\.?", "E"),
    (r"зап\w*\.?\s*д(?:олг\w*)?\.?", "W"),
    (r"солтүстік\s+ендік\w*", "N"),
    (r"шығыс\s+бойлық\w*", "E"),
    (_short("с", "ш"), "N"),
    (_short("ю", "ш"), "S"),
    (_short("в", "д"), "E"),
    (_short("з", "д"), "W"),
    (_short("с", "е"), "N"),
    (_short("ш", "б"), "E"),
    (r"(?:north|n)(?![a-z])\.?", "N"),
    (r"(?:south|s)(?![a-z])\.?", "S"),
    (r"(?:east|e)(?![a-z])\.?", "E"),
    (r"(?:west|w)(?![a-z])\.?", "W"),
    (r"(?:lat(?:itude)?)\b\.?|широта|ендік|φ", "latitude"),
    (r"(?:lon(?:g(?:itude)?)?|lng)\b\.?|долгота|бойлық|λ", "longitude"),
)
_UNITS: tuple[tuple[str, int], ...] = (
    (r"°|º|˚|⁰|degrees?\b|deg\b\.?|град\w*\.?|d(?![a-z])", 0),
    (r"″|”|“|\"|''|′′|’’|´´|``|seconds?\b|sec\b\.?|сек\w*\.?", 2),
    (r"′|'|’|‘|´|`|ʹ|minutes?\b|min\b\.?|мин\w*\.?|m(?![a-z])", 1),
)
_NUMBER = re.compile(r"([+\-−–])?(\d+)(?:([.,])(\d+))?")
_SEPARATOR = re.compile(r"[;,/|]")
_SKIP = re.compile(r"[\s:=()\[\]\u200b\ufeff]+|and\b|и(?!\w)|\.\s*$")


def read_tokens(text: str) -> Tokens:
    """Cut a text into numbers, directions and separators, up to the first thing that is none of these."""
    text = text.strip().lower()
    tokens = Tokens()
    commas = _decimal_commas(text)
    minutes_in_letters = False
    at = 0
    while at < len(text):
        rest = text[at:]
        last = tokens.numbers[-1] if tokens.numbers else None
        if found := _SKIP.match(rest):
            at += found.end()
        elif (found := _NUMBER.match(rest)) and not _dash_between(found, text[:at], tokens):
            number, length = _number(found, commas)
            tokens.numbers.append(number)
            at += length
        elif last and last.unit is None and (unit := _match(_UNITS, rest)):
            minutes_in_letters = rest[0].isalpha() if unit[0] == 1 else minutes_in_letters
            tokens.numbers[-1] = replace(last, unit=unit[0])
            at += unit[1]
        elif last and last.unit is None and minutes_in_letters and tokens.numbers[-2].unit == 1 and _is_s(rest):
            tokens.numbers[-1] = replace(last, unit=2)
            tokens.s_means_seconds = True
            at += 1
        elif letter := _match(_WORDS, rest):
            tokens.marks.append(Mark(letter[0], len(tokens.numbers)))
            at += letter[1]
        elif _SEPARATOR.match(rest):
            tokens.separators.append(len(tokens.numbers))
            at += 1
        else:
            tokens.unread = rest
            break
    return tokens


def _decimal_commas(text: str) -> bool:
    """Return whether commas are decimal: 42,67 76,17 and 42°40,5′ are, 42,76 and 42.67,76.17 are not."""
    if re.search(r"\d\.\d", text):
        return False
    with_comma = re.findall(r"(?<![\d,])\d+,\d+(?![\d,])", text)
    return len(with_comma) >= 2 or (len(with_comma) == 1 and len(re.findall(r"\d+(?:,\d+)?", text)) > 1)


def _dash_between(number: re.Match[str], before: str, tokens: Tokens) -> bool:
    """Return whether a sign stands right behind something else, so that it may be a dash; +42.67-076.17 is plain."""
    first = tokens.numbers[0] if tokens.numbers else None
    return bool(number[1] and first and not first.signed and not before[-1:].isspace() and before[-1:] not in ",;/|([:=")


def _number(found: re.Match[str], commas: bool) -> tuple[Number, int]:
    """Read a number, and how long it is; a comma in it is a separator unless commas are decimal."""
    sign, whole, point, fraction = found.groups()
    length = found.end()
    if point == "," and not commas:
        length -= 1 + len(fraction)
        point = fraction = None
    value = Decimal(f"{whole}.{fraction}" if point else whole)
    return Number(value, len(whole), len(fraction or ""), bool(sign), bool(sign) and sign != "+"), length


def _match(table: tuple[tuple[str, Meaning], ...], text: str) -> tuple[Meaning, int] | None:
    for pattern, meaning in table:
        if found := re.match(pattern, text):
            return meaning, found.end()
    return None


def _is_s(text: str) -> bool:
    """Return whether an s begins the text that may end a number of seconds, as the first of 42d40m12ss."""
    return bool(re.match(r"s(?=[nsew]?(?![a-z]))", text))
