"""The encoding of a text file: stated by its first bytes or by the person who loads it, or guessed from what is not ASCII."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from imports import limits
from imports.readers.table import InputFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encodings of texts that people exchange; codecs such as `idna`, `unicode_escape` or `zlib` are none.
KNOWN = (
    *("utf_8", "utf_8_sig", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be", "ascii", "latin_1"),
    *(f"cp{number}" for number in range(1250, 1259)),
    *(f"iso8859_{number}" for number in (*range(1, 12), *range(13, 17))),
    *("cp437", "cp737", "cp775", "cp850", "cp852", "cp855", "cp857", "cp858", "cp860", "cp862", "cp864", "cp865", "cp866"),
    *("cp874", "cp932", "cp936", "cp949", "cp950", "koi8_r", "koi8_u", "koi8_t", "kz1048", "ptcp154"),
    *("mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland"),
    *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "shift_jis", "euc_jp", "euc_kr", "iso2022_jp"),
)
#: What is tried when the file does not say; the order is no preference.
_GUESSED = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp866", "koi8_r", "kz1048", "iso8859_2", "mac_cyrillic"]
_GUESSED += ["gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "cp437", "cp850", "cp852"]
_CHUNK = 2**20


#: A guess from fewer letters than these is doubtful.
_FEW_LETTERS = 40
_LINES_SHOWN = 10
#: Parts of a file whose guesses are counted.
_PARTS = 5
#: Signs that stand inside a word only where the encoding was mistaken: “Kala‰”, “A¤sai”.
_INSIDE = "‰†‡…„‚“”‹›•™¦§¨©ª«¬®¯°±²³´µ¶¸¹º»¼½¾¿×÷¤¢£¥€ƒˆ˜"
_STRANGE = re.compile(rf"[^\W\d_][{_INSIDE}]+(?=[^\W\d_]|\s|$)|\b[^\W\d_]*[a-zà-öø-ÿ][ŽŠŸŒÐÞ][a-zà-öø-ÿ]")
_LONGEST_LINE = 8 * 2**20


@dataclass(frozen=True)
class Encoding:
    """The name of an encoding as Python knows it, how it was found, and the lines that are not in it."""

    name: str
    is_guessed: bool = False
    #: How many bytes beyond ASCII a guess rests on.
    letters: int = 0
    #: The first lines that are not in the encoding, and how many there are.
    broken_lines: tuple[int, ...] = ()
    broken: int = 0

    @property
    def errors(self) -> str:
        """How bytes that are not in the encoding are read: as lone surrogates, which the reader of a row reports."""
        return "surrogateescape" if self.broken or self.is_guessed else "strict"

    @property
    def notes(self) -> tuple[str, ...]:
        """Report a guess, and lines that are not in the encoding."""
        said = []
        if self.is_guessed:
            said.append(f"The encoding was guessed to be {self.name}; state it if letters look wrong.")
            if self.letters < _FEW_LETTERS:
                said.append(f"The guess of the encoding is uncertain: it is based on {self.letters} letters only.")
        if self.broken:
            shown = ", ".join(f"{line:,}" for line in self.broken_lines)
            more = f" and {self.broken - len(self.broken_lines):,} more" if self.broken > len(self.broken_lines) else ""
            word = "lines" if self.broken > 1 else "line"
            said.append(f"It is UTF-8 except for {word} {shown}{more}; letters are lost there.")
        return tuple(said)


def looks_misread(text: str) -> bool:
    """Return whether letters of a text look as if the encoding had been guessed wrongly."""
    return not text.isascii() and bool(_STRANGE.search(text))


def find_encoding(input_file: InputFile) -> Encoding:
    """Find the encoding of a file, reading it to its end where that decides; raises FileRefused."""
    with input_file.path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if input_file.encoding:
            name = _known(input_file)
            _check(input_file, file, name)
            return Encoding(name)
        for mark, name in _MARKS:
            if head.startswith(mark):
                _check(input_file, file, name)
                return Encoding(name)
        return _found(input_file, file)


def _known(input_file: InputFile) -> str:
    try:
        name = codecs.lookup(input_file.encoding or "").name
    except (LookupError, ValueError):
        name = ""
    if name.replace("-", "_") not in KNOWN:
        raise input_file.refuse(
            "unknown-encoding",
            f"There is no text encoding “{(input_file.encoding or '')[:40]}”.",
            "Use for example utf-8 or cp1251.",
        )
    # A mark at the beginning is no part of the first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _check(input_file: InputFile, file: BinaryIO, name: str) -> None:
    """Reject a file that is not in this encoding, at its first wrong byte."""
    decoder = codecs.getincrementaldecoder(name)()
    at, lines = 0, 1
    chunk = b""
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            at, lines = at + len(chunk), lines + chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        start = getattr(error, "start", 0)
        line = lines + chunk[:start].count(b"\n")
        raise input_file.refuse(
            "wrong-encoding",
            f"It is not {name}: the bytes near position {at + start:,}, on line {line:,}, do not fit.",
            "Omit the encoding to have it detected, or state another one.",
        ) from error


def _found(input_file: InputFile, file: BinaryIO) -> Encoding:
    """Take UTF-8 if all of the file is, or most of its letters are; else guess from the lines that are not ASCII."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    strange = bytearray()
    is_utf8 = True
    while chunk := file.read(_CHUNK):
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if b"\x00" in chunk:
            raise input_file.refuse(
                "not-text",
                "It contains zero bytes, so it is not text, and its format is not supported.",
                "Upload CSV, TSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile; state the encoding if it is UTF-16.",
            )
        if not chunk.isascii() and len(strange) < limits.ENCODING_SAMPLE_BYTES:
            strange += b"\n".join(line[:4096] for line in chunk.splitlines() if not line.isascii())
    try:
        decoder.decode(b"", final=is_utf8)
    except UnicodeDecodeError:
        is_utf8 = False
    if is_utf8:
        return Encoding("utf-8")
    return _mostly_utf8(file) or _guessed(bytes(strange[: limits.ENCODING_SAMPLE_BYTES]))


def _mostly_utf8(file: BinaryIO) -> Encoding | None:
    """Find the lines that are not UTF-8; None if they hold more of the letters than the others do.

    Texts in another encoding are hardly ever valid UTF-8 by chance, so a few wrong bytes do not change what the rest is.
    """
    file.seek(0)
    good = bad = broken = number = 0
    lines: list[int] = []
    while line := file.readline(_LONGEST_LINE):
        number += 1
        if line.isascii():
            continue
        sound, wrong = _letters(line)
        good, bad = good + sound, bad + wrong
        if wrong:
            broken += 1
            lines = [*lines, number] if broken <= _LINES_SHOWN else lines
    return Encoding("utf-8", broken_lines=tuple(lines), broken=broken) if good >= bad else None


def _letters(text: bytes) -> tuple[int, int]:
    """Count letters beyond ASCII in UTF-8, and bytes that are not UTF-8."""
    decoded = text.decode("utf-8", "surrogateescape")
    strange = [letter for letter in decoded if letter > "\x7f"]
    wrong = sum("\udc80" <= letter <= "\udcff" for letter in strange)
    return len(strange) - wrong, wrong


def guess_encoding(sample: bytes) -> Encoding:
    """Find the encoding of bytes cut out of a file: UTF-8 if most of their letters are, else a guess."""
    good, bad = _letters(sample)
    return Encoding("utf-8") if good >= bad else _guessed(sample)


def _guessed(sample: bytes) -> Encoding:
    """Guess by a vote of parts of the lines, so that one wrong byte does not decide for all of them."""
    lines = sample.split(b"\n")
    parts = [b"\n".join(lines[start::_PARTS]) for start in range(_PARTS)] if len(lines) > _PARTS * _PARTS else [sample]
    ((name, _),) = Counter(map(_best, parts)).most_common(1)
    return Encoding(name, is_guessed=True, letters=sum(byte > 0x7F for byte in sample))


def _best(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSED, language_threshold=0.0, enable_fallback=False).best()
    return codecs.lookup(best.encoding).name if best else "cp1252"
