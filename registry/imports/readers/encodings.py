"""The encoding of a text file: told by its first bytes, by the person who brought it, or guessed from what is not ASCII."""

import codecs
from dataclasses import dataclass
from typing import BinaryIO

from registry.imports import limits
from registry.imports.readers.table import Asked

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


@dataclass(frozen=True)
class Encoding:
    """The name of an encoding, as Python knows it, and whether it was guessed."""

    name: str
    is_guessed: bool = False

    @property
    def note(self) -> tuple[str, ...]:
        """Say that it was guessed."""
        said = f"The encoding was guessed to be {self.name}; name it if letters look wrong."
        return (said,) if self.is_guessed else ()


def find_encoding(asked: Asked) -> Encoding:
    """Find the encoding of a file, reading it to its end where that decides; raises FileRefused."""
    with asked.path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        if asked.encoding:
            name = _known(asked)
            _check(asked, file, name)
            return Encoding(name)
        for mark, name in _MARKS:
            if head.startswith(mark):
                _check(asked, file, name)
                return Encoding(name)
        return _found(asked, file)


def _known(asked: Asked) -> str:
    try:
        name = codecs.lookup(asked.encoding or "").name
    except (LookupError, ValueError):
        name = ""
    if name.replace("-", "_") not in KNOWN:
        raise asked.refuse(
            "unknown-encoding",
            f"There is no text encoding “{(asked.encoding or '')[:40]}”.",
            "Write for example utf-8 or cp1251.",
        )
    # A mark at the beginning is no part of the first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _check(asked: Asked, file: BinaryIO, name: str) -> None:
    """Refuse a file that is not in this encoding, at its first wrong byte."""
    decoder = codecs.getincrementaldecoder(name)()
    at = 0
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            at += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        place = at + getattr(error, "start", 0)
        raise asked.refuse(
            "wrong-encoding",
            f"It is not {name}: the bytes near position {place:,} do not fit.",
            "Leave the encoding out to have it found, or name another.",
        ) from error


def _found(asked: Asked, file: BinaryIO) -> Encoding:
    """Take UTF-8 if all of the file is; else guess from the lines that are not ASCII."""
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
            raise asked.refuse(
                "not-text",
                "It holds zero bytes, so it is neither a text nor another format that is read here.",
                "Bring CSV, TSV, XLSX, GeoJSON, GeoPackage or a zipped Shapefile; name the encoding if it is UTF-16.",
            )
        if not chunk.isascii() and len(strange) < limits.ENCODING_SAMPLE_BYTES:
            strange += b"\n".join(line[:4096] for line in chunk.splitlines() if not line.isascii())
    try:
        decoder.decode(b"", final=is_utf8)
    except UnicodeDecodeError:
        is_utf8 = False
    return Encoding("utf-8") if is_utf8 else Encoding(_guessed(bytes(strange[: limits.ENCODING_SAMPLE_BYTES])), is_guessed=True)


def guess_encoding(sample: bytes) -> tuple[str, bool]:
    """Guess the encoding of bytes cut out of a file; says whether it is a guess, which UTF-8 is not."""
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(sample), True
    return "utf-8", False


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSED, language_threshold=0.0, enable_fallback=False).best()
    return codecs.lookup(best.encoding).name if best else "cp1252"
