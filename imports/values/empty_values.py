"""Texts and numbers in cells that mean no value, or an error."""

import math

#: Texts that databases, spreadsheets and GIS write where there is no value, as they write them.
_WORDS = frozenset(
    (
        *(
            "-",
            "–",
            "—",
            "--",
            "---",
            "?",
            ".",
            "<null>",
            "<Null>",
            "<NULL>",
            "(null)",
            "NULL",
            "null",
            "Null",
            "\\N",
            "<NA>",
            "nil",
        ),
        *(
            "None",
            "none",
            "NONE",
            "nan",
            "NaN",
            "NAN",
            "NaT",
            "#N/A",
            "#n/a",
            "#NA",
            "#Н/Д",
            "N/A",
            "n/a",
            "N.A.",
            "n.a.",
            "N/D",
        ),
        *(
            "n/d",
            "n.d.",
            "(blank)",
            "(empty)",
            "(пусто)",
            "н/д",
            "н.д.",
            "нет данных",
            "no data",
            "No data",
            "NoData",
            "NODATA",
        ),
    )
)
#: What a spreadsheet shows where a formula has failed; #N/A is what it shows for a value that is not there.
_FAULTS = frozenset(
    (
        *("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!"),
        *("#UNKNOWN!", "#GETTING_DATA", "#ССЫЛКА!", "#ЗНАЧ!", "#ДЕЛ/0!", "#ИМЯ?", "#ЧИСЛО!", "#ПУСТО!"),
    )
)
#: Numbers that stand for no value.
_NUMBERS = frozenset((-999.0, -9999.0, -99999.0, -999999.0, -9999999.0, -32768.0))
#: No number of the registry is as large; rasters and old GIS write such numbers for no value.
_TOO_LARGE = 1e30


def is_nothing(text: str) -> bool:
    """Return whether a text stands for no value."""
    return not text or text in _WORDS


def is_fault(text: str) -> bool:
    """Return whether a text is what a spreadsheet shows for a failed formula."""
    return text[0] == "#" and text in _FAULTS


def is_no_number(number: float) -> bool:
    """Return whether a number stands for no value."""
    return number in _NUMBERS or not math.isfinite(number) or abs(number) > _TOO_LARGE
