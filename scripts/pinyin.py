"""The table of Chinese characters that search reads as pinyin, from the package anyascii: `python -m scripts.pinyin`.

It needs `pip install anyascii` (ISC licence; the readings are those of Unihan, kMandarin) and is run once, when the table is
written: a migration holds it, so that a stored column never depends on the version of a package.
"""

import base64
import zlib

from anyascii import anyascii

from config.environment import ROOT

FIRST, LAST = 0x4E00, 0x9FFF
_PATH = ROOT / "registry" / "migrations" / "_pinyin.py"
_HEAD = '''"""Pinyin of the Chinese characters U+4E00 to U+9FFF, without tones: scripts/pinyin.py wrote it from anyascii (ISC).

`SYLLABLES` are all that occur; `CODES` has two bytes for each character: the number of its syllable, from 1; 0 is none.
"""

import base64
import zlib

'''


def write() -> None:
    """Write the table."""
    read = [anyascii(chr(code)).lower() for code in range(FIRST, LAST + 1)]
    syllables = sorted({one for one in read if one.isascii() and one.isalpha()})
    number = {one: position for position, one in enumerate(syllables, 1)}
    codes = b"".join(number.get(one, 0).to_bytes(2, "big") for one in read)
    packed = base64.b85encode(zlib.compress(codes, 9)).decode()
    lines = [packed[start : start + 118] for start in range(0, len(packed), 118)]
    words = " ".join(syllables)
    rows = [words[start : start + 110] for start in range(0, len(words), 110)]
    _PATH.write_text(
        _HEAD
        + "SYLLABLES = (\n"
        + "".join(f'    "{row}"\n' for row in rows)
        + ").split()  # noqa: SIM905 - a list would be four hundred lines\nCODES = zlib.decompress(\n    base64.b85decode(\n"
        + "".join(f"        {line!r}\n" for line in lines)
        + "    )\n)\n"
    )


if __name__ == "__main__":
    write()
