"""Whether a name is an organization's: by its legal form in its usual position, or by words that no person is called.

In doubt a name is not: a legal form such as “Sa”, “Co” or “Too” is a word or a surname elsewhere.
"""

import re
from collections.abc import Iterator

from imports.values.terms import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Forms that end a name, anywhere, and that no person's name ends in.
_CLOSING = _words(
    """limited ltd pty inc incorporated corp corporation company llc llp lllp plc gmbh sarl sprl bvba eurl ltda kft zrt nyrt
    rt jsc cjsc ojsc pjsc ooo oao zao pao bhd sdn pte pvt pjs sro srl dooel doo oyj uab ulc unlimited proprietary тоо ооо
    оао зао пао осоо жшс ақ нао мчж"""
)
#: Forms that end a name in these countries; elsewhere, and in a name all in capitals, they may be a surname or initials.
_CLOSING_IN = {
    "ab": "SE FI",
    "ad": "BG RS ME MK",
    "ag": "DE CH AT LI",
    "ao": "RU KZ",
    "as": "NO DK EE LV CZ SK TR",
    "asa": "NO",
    "asi": "TR",
    "bv": "NL BE",
    "kg": "DE AT",
    "kk": "JP",
    "lp": "US CA GB",
    "nl": "AU",
    "nv": "NL BE SR",
    "oy": "FI",
    "sa": "FR ES PT BR AR BO CL PE CO EC MX UY PY VE CH LU BE PL GR RO MA TN DZ CD CI SN ML BF GN GA CM MG MZ AO",
    "sac": "PE",
    "sas": "FR CO AR",
    "spa": "IT CL DZ",
}
_COMMON = _words("co and cie cia sp zoo cv se kk pt mbh")
#: Forms that begin a name in Cyrillic, which none of these is a word of, and in Latin letters in these countries.
_OPENING = _words("тоо ао ооо оао зао пао осоо жшс ақ нао гп ргп гкп мп муп гуп фгуп фгбу ук гпо пк")
_OPENING_LATIN = _words("llp llc jsc ojsc cjsc pjsc uab")
_OPENING_IN = {
    "too": "KZ",
    "ao": "RU KZ",
    "ooo": "RU KG UZ TJ BY",
    "oao": "RU KG",
    "zao": "RU KG",
    "pao": "RU",
    "pt": "ID",
    "cv": "ID",
    "sia": "LV",
    "as": "LV EE CZ",
    "ab": "SE LT",
}
#: Words that organizations have in their names, and persons do not.
_WORDS = _words(
    """mining minerals mineral resources exploration explorations holdings holding metals metallurgical metallurgy group
    ministry department authority agency commission committee university institute academy foundation cooperative
    consortium partnership association corporation proprietary incorporated company council trustee trustees nominees
    enterprises industries ventures venture investments prospecting geological geology survey materials technologies
    services securities international laboratories engineering complex petroleum uranium lithium earths elements energy
    governorate parliament government societe sociedad sociedade compagnie compania companhia empresa consorcio
    cooperativa corporacion gesellschaft bergbau aktiengesellschaft mineracao mineria mineradora miniere minerals metais
    recursos exploracion компания комбинат предприятие министерство комитет акимат завод институт кооператив артель
    корпорация холдинг ресурсы майнинг минералс экспедиция акционерное общество товарищество управление департамент
    комплекс рудник компаниясы"""
)
#: Words that make an organization of a name together with a form, and are surnames alone.
_WEAK = _words(
    """gold silver copper iron steel bank trust fund union mine mines cia city town state shire energy capital royalty oil
    gas coal salt sands quarry quarries society minister partners development finance trading rare"""
)
_OFFICE = re.compile(
    r"(the )?(city|town|shire|state|county|district|municipality|bank|minister|university|government|republic|kingdom"
    r"|commonwealth|bureau|crown|board|church|diocese) (of|for|de|du|da|do) \w",
    re.I,
)
_AND_COMPANY = re.compile(r"(&|\band|\bet|\by|\bund|\be)\s+(co|cie|c[ií]a|sons|s[oö]hne|partners?)\b\.?", re.I)
#: Forms of several words.
_LONG_FORM = re.compile(
    r"\b(s\.?\s?a\.? de c\.?\s?v|s\.? de r\.?\s?l|sp\.?\s?z\s?o\.?\s?o|s\.\s?a\.\s?r\.\s?l|s\.\s?p\.\s?a)\b|\bA/S$", re.I
)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]?\s*$")
#: Letters of a form with points between: S.A., N.L., Sp. z o.o.
_POINTS = re.compile(r"\b(?:\w\.\s?){2,}")
#: A surname with initials has so many words: BROWN NL is a person, GOLDEN CLIFFS NL a company of no liability.
_INITIALS_BEHIND = 2
_QUOTED = re.compile(r"[«»“”„\"]")


def is_organization(name: str, country: str | None = None, known: frozenset[str] = frozenset()) -> bool:
    """Return whether a name is plainly an organization's.

    `country` is the ISO 3166-1 alpha-2 code of the licence, by which two-letter forms are understood; `known` holds the folded
    names of organizations that the registry has.
    """
    if folded(name) in known or _OFFICE.match(name) or _AND_COMPANY.search(name) or _LONG_FORM.search(name):
        return True
    bare = name
    while (shorter := _BRACKETS.sub("", bare)) and shorter != bare:
        bare = shorter
    tokens = list(_tokens(bare))
    if len(tokens) < 2:
        return False
    words = [token.casefold() for token in tokens]
    if words[-1] in _CLOSING or any(word in _WORDS for word in words):
        return True
    return _has_form(bare, tokens, words, country or "", is_weak=any(word in _WEAK for word in words))


def _tokens(name: str) -> Iterator[str]:
    """Return the words of a name; the letters of a form such as S.A. are one."""
    joined = _POINTS.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", name)
    return (token for token in re.split(r"[^\w]+", joined) if token)


def _has_form(name: str, tokens: list[str], words: list[str], country: str, *, is_weak: bool) -> bool:
    """Search for a form that counts only in its position, in capitals, and in its country."""
    first, last = words[0], words[-1]
    is_marked = bool(_QUOTED.search(name)) or any(letter.islower() for letter in name)
    if tokens[0].isupper() and (first in _OPENING or first in _OPENING_LATIN):
        return True
    if tokens[0].isupper() and first in _OPENING_IN and (country in _OPENING_IN[first].split() or (not country and is_marked)):
        return True
    if is_weak and (last in _CLOSING_IN or last in _COMMON):
        return True
    if last == "nl" and country == "AU" and len(words) > _INITIALS_BEHIND:
        return True
    return is_marked and tokens[-1].isupper() and country in _CLOSING_IN.get(last, "").split()
