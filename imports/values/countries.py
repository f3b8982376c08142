"""The country of a row: a name in any language, an ISO 3166-1 code, or a name of the past."""

from imports.values.country_aliases import FORMER, MISSPELT, SAME, SEVERAL
from imports.values.draft import Draft
from imports.values.terms import folded

_SAME, _FORMER, _MISSPELT = ({folded(name): code for name, code in table.items()} for table in (SAME, FORMER, MISSPELT))
#: Key of a row that says where its country is to be taken from, if no column states it.
COUNTRY_FROM = "country_from"
_SEVERAL = {folded(name): codes for name, codes in SEVERAL.items()}


def put_country(draft: Draft, column: str, key: str = "country") -> str | None:
    """Set the country that a column states; None, with a warning, where it does not say which."""
    text = draft.cell(column)
    if not text:
        draft.warn("country-missing", "No country is stated.", column)
        draft.record[key] = None
        return None
    code = _country(draft, text, column, key)
    draft.record[key] = code
    return code


def _country(draft: Draft, text: str, column: str, key: str) -> str | None:
    """Understand a name; what is unsure about it is said."""
    terms = draft.terms
    # “NA” is Namibia; “not available” is written otherwise in a column of countries.
    if text.upper() in terms.countries and len(text) == 2:
        return text.upper()
    if text.upper() in terms.iso3 and len(text) == 3:
        return terms.iso3[text.upper()]
    name = folded(text)
    doubted = text.endswith("?")
    code = _SAME.get(name)
    if name in _SEVERAL:
        shown = ", ".join(_SEVERAL[name])
        message = f"“{text}” means several countries of today ({shown})."
        draft.warn("country-ambiguous", message, column, text, "Name one.", draft.word_of(key, text))
        return None
    if code is None and name in _FORMER:
        code = _FORMER[name]
        draft.warn(
            "country-former-name",
            f"“{text}” is called {terms.countries.get(code, code)} today.",
            column,
            text,
            f"Write {code}.",
        )
    elif code is None and name in _MISSPELT:
        code = _MISSPELT[name]
        draft.warn(
            "country-misspelt", f"“{text}” was read as {terms.countries.get(code, code)}.", column, text, f"Write {code}."
        )
    elif code is None:
        codes = terms.country_names.get(name, frozenset())
        if len(codes) > 1:
            shown = ", ".join(sorted(codes))
            message = f"“{text}” is the name of several countries ({shown})."
            draft.warn("country-ambiguous", message, column, text, "Name one.", draft.word_of(key, text))
            return None
        code = next(iter(codes), None)
    if code is None or code not in terms.countries:
        message = f"“{text}” is not a country that is known here."
        draft.warn("country-unknown", message, column, text, "Write its ISO 3166-1 code.", draft.word_of(key, text))
        return None
    if doubted:
        draft.warn("country-doubted", f"The file marks it as doubtful: “{text}”.", column, text, f"Write {code} if it is sure.")
    return code
