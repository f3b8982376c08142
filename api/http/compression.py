"""Compression of responses: which encoding a client takes, what is worth it, and bodies and streams in it."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

from api.http.preferences import preferences

#: Encodings in the order of their preference.
ENCODINGS = ("br", "gzip")
#: Shorter bodies are sent as they are.
LEAST_BYTES = 1_000
#: Half of the time of level 6, for bodies a sixth larger.
_GZIP_LEVEL, _BROTLI_QUALITY = 1, 4


def chosen(header: str, offered: Iterable[str] = ENCODINGS) -> str:
    """Return the encoding that a header Accept-Encoding takes, "" for none."""
    if not header:
        return ""
    qualities = dict(preferences(header))
    return next((one for one in offered if qualities.get(one, qualities.get("*", 0.0)) > 0), "")


def is_text(content_type: str) -> bool:
    """Return whether a body of this type becomes smaller."""
    return content_type.startswith(("text/", "application/"))


def pack(body: bytes, encoding: str) -> bytes:
    """Return a body in an encoding."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def unpack(body: bytes, encoding: str) -> bytes:
    """Return a body that was packed in an encoding."""
    return bytes(brotli.decompress(body)) if encoding == "br" else gzip.decompress(body)


class PackedStream:
    """A stream in gzip; it ends with what it packs."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        """Take the stream."""
        self._blocks = blocks
        self._packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, 31)
        self._ended = False
        self.close: Callable[[], None] = getattr(blocks, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        """Be read once."""
        return self

    def __next__(self) -> bytes:
        """Return the next packed block."""
        while not self._ended:
            block = next(self._blocks, None)
            self._ended = block is None
            if packed := self._packer.flush() if block is None else self._packer.compress(block):
                return packed
        raise StopIteration
