"""Words that files use for the registry's codes, beside the codes and their labels."""

from typing import Any

from imports.values.terms import folded

#: Name of a column → word → code.
_WORDS: dict[str, dict[str, str]] = {
    "category": {
        "proven": "proved",
        "proven and probable": "proved+probable",
        "2p": "proved+probable",
        "p and p": "proved+probable",
        "m and i": "measured+indicated",
        "m i": "measured+indicated",
        "m and i and i": "measured+indicated+inferred",
        "mii": "measured+indicated+inferred",
        "measured indicated": "measured+indicated",
        "measured indicated inferred": "measured+indicated+inferred",
        "indicated inferred": "indicated+inferred",
        "total resource": "measured+indicated+inferred",
    },
    "reporting_code": {
        "ni 43 101": "NI43-101",
        "43 101": "NI43-101",
        "cim": "NI43-101",
        "jorc 2012": "JORC",
        "jorc 2004": "JORC",
        "s k 1300": "SEC_SK1300",
        "гкз": "GKZ",
        "crirsco": "CRIRSCO_other",
        "historical": "non_compliant",
        "historic": "non_compliant",
    },
    "stage": {
        "resources": "resource",
        "mineral resource": "resource",
        "reserves": "reserve",
        "ore reserve": "reserve",
        "mineral reserve": "reserve",
        "production": "historic_production",
    },
    "unit": {
        "": "pct",
        "wt": "pct",
        "percent": "pct",
        "per cent": "pct",
        "gpt": "g_t",
        "g t": "g_t",
        "г т": "g_t",
        "kg t": "kg_t",
        "кг т": "kg_t",
    },
}


def code_words(field: Any) -> dict[str, str]:
    """Return the folded words that mean the codes of a column: the codes, their labels, and other words."""
    choices = [(str(code), str(label)) for code, label in field.flatchoices]
    known = {code for code, _ in choices}
    others = {word: code for word, code in _WORDS.get(field.name, {}).items() if code in known}
    return {**others, **{folded(label): code for code, label in choices}, **{folded(code): code for code, _ in choices}}
