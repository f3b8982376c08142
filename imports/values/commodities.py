"""The commodities of a row, by name or symbol, each in its role."""

from collections.abc import Iterable

from imports.values.commodity_aliases import QUALIFIERS, SAME
from imports.values.draft import Draft
from imports.values.terms import Terms, folded

#: The 14 lanthanides that occur, and yttrium: a list of all of them is the code “REE” written out, not an analysis.
_LANTHANIDES = frozenset(("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"))
_SAME = {folded(name): symbol for name, symbol in SAME.items()}
#: So many of them are never named one by one by a person.
_ALL_BUT = 12


def symbol_of(terms: Terms, text: str) -> str | None:
    """Return the symbol that a name means; None if the registry has none."""
    if text in terms.symbols:
        return text
    name = folded(text)
    symbol = _SAME.get(name) or terms.commodities.get(name)
    return symbol if symbol in terms.symbols else None


def put_commodities(draft: Draft, names: Iterable[str], role: str = "unknown", column: str = "") -> None:
    """Add commodities in a role; one that stands there already keeps its role, and what is not known is said once."""
    listed = draft.record.setdefault("commodities", [])
    there = {item["symbol"] for item in listed}
    unknown = []
    for name in (" ".join(name.split()) for name in names):
        if not name or folded(name) in QUALIFIERS:
            continue
        symbol = symbol_of(draft.terms, name)
        if symbol is None:
            unknown.append(name)
        elif symbol not in there:
            there.add(symbol)
            listed.append({"symbol": symbol, "role": role})
    if unknown:
        shown = ", ".join(dict.fromkeys(unknown))
        offer = {"list": "commodities", "role": role, "words": list(dict.fromkeys(unknown))}
        draft.warn("commodity-unknown", f"The registry has no commodity “{shown[:120]}”.", column, shown, offer=offer)


def put_rare_earths(draft: Draft, names: Iterable[str], role: str = "unknown", column: str = "") -> None:
    """Add rare earths, of which a list of nearly all means no more than “rare earths”."""
    known = [name for name in names if name.strip()]
    symbols = [symbol_of(draft.terms, name.strip()) for name in known]
    if len(_LANTHANIDES.intersection(symbol for symbol in symbols if symbol)) >= _ALL_BUT:
        extra = [name for name, symbol in zip(known, symbols, strict=True) if symbol not in _LANTHANIDES | {"Y"}]
        known = ["REE", *extra]
    put_commodities(draft, known, role, column)
