"""Text whose encoding was mistaken on its way here, repaired where that is certain enough to be offered."""

import re
import unicodedata

#: Codes that ISO 8859-1 leaves empty: no text means them, so they came from another encoding.
_C1 = re.compile("[\x80-\x9f]")
_OTHER_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: UTF-8 read as if it were cp1252 or cp1251: two letters that hardly ever meet.
_TWICE = re.compile("[ÃÂÐÑ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œžŸ]|â€|[РС][\u00a0-\u00bf‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ]{1}")
#: What stands for a letter that was lost.
LOST = "\ufffd"
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\ufeff\u200b]+")


def repaired(text: str) -> tuple[str, str]:
    """Return a text without padding and with spoilt letters put right; the second text says what was done."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(), ""
    plain = _SPACES.sub(" ", text).strip()
    if plain.isascii():
        return (
            (plain, "")
            if not _OTHER_CONTROL.search(plain)
            else (_OTHER_CONTROL.sub("", plain), "Control characters were removed.")
        )
    if LOST in plain:
        return plain, f"A letter was lost in the file (“{LOST}”)."
    said = ""
    if _C1.search(plain):
        plain, said = (
            _C1.sub(lambda found: _letter(found, plain), plain),
            "A letter from another encoding was repaired.",
        )
    elif _TWICE.search(plain) and (better := _decoded_once_more(plain)):
        plain, said = better, "The text was encoded twice and was repaired."
    if _OTHER_CONTROL.search(plain):
        plain, said = _OTHER_CONTROL.sub("", plain), "Control characters were removed."
    return unicodedata.normalize("NFC", plain), said


def _letter(found: re.Match[str], text: str) -> str:
    """Take the letter of Windows, or that of the Macintosh where the other makes a capital inside a word."""
    code = bytes([ord(found[0])])
    after = text[found.end() : found.end() + 1]
    letter = code.decode("cp1252", "ignore")
    if letter and not (letter.isupper() and after.islower()):
        return letter
    return code.decode("mac_roman")


def _decoded_once_more(text: str) -> str:
    """Undo one encoding too many; empty if that gives no text."""
    for encoding in ("cp1252", "latin-1", "cp1251"):
        try:
            better = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if better != text and len(better) < len(text):
            return better
    return ""
