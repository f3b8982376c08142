"""One small parser per kind of value; every refusal names the parameter and the rule."""

import difflib
import math
import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from api.errors import BadParameter
from registry.fields import PARTIAL_DATE, partial_date_is_real

#: Bounds on what a request may ask.
MAX_QUERY_BYTES = 8_192
MAX_PARAMETERS = 60
MAX_VALUES = 200

_PARTIAL_DATE = re.compile(PARTIAL_DATE)


def read_query(text: str, lists: Collection[str] = ()) -> dict[str, str]:
    """Split a query string (as WSGI gives it: bytes as Latin-1) into parameters; raises BadParameter.

    `lists` names the parameters that hold several values: repeated keys mean the same as commas. Any other comes once.
    """
    if len(text) > MAX_QUERY_BYTES:
        raise BadParameter(f"The query string is longer than {MAX_QUERY_BYTES:,} bytes. Send the query by POST.")
    if not text:
        return {}
    try:
        text = text.encode("latin-1", "strict").decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeError:
        raise BadParameter("The query string is not UTF-8.") from None
    except ValueError:
        raise BadParameter(f"There are more than {MAX_PARAMETERS} parameters.") from None
    return check_pairs(pairs, lists)


def check_pairs(pairs: Iterable[tuple[str, Any]], lists: Collection[str] = ()) -> dict[str, Any]:
    """Join the values of a repeated list; raises BadParameter for any other repetition, and for a null byte."""
    parameters: dict[str, Any] = {}
    for name, value in pairs:
        if (isinstance(value, str) and "\x00" in value) or "\x00" in name:
            raise BadParameter("A text must not contain a null byte.", name.replace("\x00", ""))
        if name not in parameters:
            parameters[name] = value
        elif name in lists:
            parameters[name] += f",{value}"
        else:
            raise BadParameter("The parameter is given twice, but accepts only one value.", name[:80])
    return parameters


def nearest(wrong: str, known: Iterable[str], most: int = 200) -> str:
    """Suggest what was probably meant, in any letter case, as it is written."""
    written = {one.lower(): one for one in islice(known, most)}
    close = difflib.get_close_matches(wrong[:80].lower(), written, n=1)
    return f" Did you mean “{written[close[0]]}”?" if close else ""


def several(name: str, text: str) -> list[str]:
    """Split a list of values by commas."""
    values = [part.strip() for part in text.split(",")]
    if "" in values:
        raise BadParameter("The list contains an empty value.", name)
    if len(values) > MAX_VALUES:
        raise BadParameter(f"The list has more than {MAX_VALUES} values.", name)
    return values


def number(name: str, text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text) if len(text) <= 40 and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadParameter(f"“{text[:40]}” is not a number.", name)
    return value


def whole_number(name: str, text: str) -> int:
    """Read a whole number that fits a column."""
    if not re.fullmatch(r"-?[0-9]{1,18}", text.strip()):
        raise BadParameter(f"“{text[:40]}” is not a whole number.", name)
    value = int(text)
    if not -(2**31) <= value < 2**31:
        raise BadParameter(f"The value must be between {-(2**31):,} and {2**31 - 1:,}.", name)
    return value


def count_of(name: str, text: str) -> int:
    """Read how many of something are requested: a whole number of any size; what no limit allows is cut to 18 digits."""
    text = text.strip()
    if not re.fullmatch(r"-?[0-9]+", text):
        raise BadParameter(f"“{text[:40]}” is not a whole number.", name)
    return int(text[:18])


def count_within(name: str, text: str, least: int, most: int) -> int:
    """Read how many of something are requested, within bounds."""
    value = count_of(name, text)
    if not least <= value <= most:
        raise BadParameter(f"The value must be between {least} and {most:,}.", name)
    return value


def boolean(name: str, text: str) -> bool:
    """Read true or false."""
    value = {"true": True, "1": True, "false": False, "0": False}.get(text.strip().lower())
    if value is None:
        raise BadParameter(f"“{text[:40]}” is not true or false.", name, ["true", "false"])
    return value


def partial_date(name: str, text: str) -> str:
    """Read YYYY, YYYY-MM or YYYY-MM-DD."""
    if not _PARTIAL_DATE.match(text) or not partial_date_is_real(text):
        raise BadParameter(f"“{text[:40]}” is not a date; write YYYY, YYYY-MM or YYYY-MM-DD.", name)
    return text


def day(name: str, text: str) -> date:
    """Read a day, YYYY-MM-DD."""
    if len(text) != 10 or not _PARTIAL_DATE.match(text) or not partial_date_is_real(text):
        raise BadParameter(f"“{text[:40]}” is not a day; write YYYY-MM-DD, e.g. 2012-06-30.", name)
    return date.fromisoformat(text)


def moment(name: str, text: str) -> datetime:
    """Read a date or a date with a time (ISO 8601); UTC where no offset is given."""
    try:
        value = datetime.fromisoformat(text.strip().replace(" ", "+"))
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadParameter(f"“{text[:40]}” is not a time; write e.g. 2024-01-23 or 2024-01-23T10:00:00Z.", name) from None
    return value


def word(name: str, text: str) -> str:
    """Read a plain text of bounded length."""
    if not text.strip():
        raise BadParameter("The value is empty.", name)
    if len(text) > 200:
        raise BadParameter("The value is longer than 200 characters.", name)
    return text.strip()


_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 8


def words(name: str, text: str) -> list[str]:
    """Read the words of a text."""
    found = _WORD.findall(word(name, text))
    if not found:
        raise BadParameter("The value contains no letter or digit.", name)
    if len(found) > MAX_WORDS:
        raise BadParameter(f"The value contains more than {MAX_WORDS} words.", name)
    return found


def uid_of(text: str) -> UUID | None:
    """Read a uid as records show it; None for a text that is none."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def code_of(name: str, text: str, codes: Iterable[str]) -> str:
    """Read one of a list of codes, in any letter case."""
    known = {code.lower(): code for code in codes}
    value = known.get(text.lower())
    if value is None:
        raise BadParameter(f"“{text[:60]}” is not a known code.{nearest(text, known.values())}", name, list(known.values()))
    return value


def today() -> date:
    """Return the date by which `expired` is reported, in UTC."""
    return datetime.now(UTC).date()
