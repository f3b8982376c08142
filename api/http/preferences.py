"""What a client prefers, as the headers Accept, Accept-Encoding and Accept-Language state it (RFC 9110, 12.4)."""

from functools import lru_cache

#: Of a longer header the rest is not read.
_MAX_CHARACTERS = 1_000


def preferences(header: str) -> tuple[tuple[str, float], ...]:
    """Return each value of a header with its quality, from 0 to 1, in the order of the header and in lower case."""
    return _read(header[:_MAX_CHARACTERS])


# Clients of one kind send the same headers.
@lru_cache(500)
def _read(header: str) -> tuple[tuple[str, float], ...]:
    found = []
    for part in header.lower().split(","):
        value, *parameters = (piece.strip() for piece in part.split(";"))
        pairs = (one.partition("=") for one in parameters)
        found.append((value, next((_quality(text) for name, _, text in pairs if name.strip() == "q"), 1.0)))
    return tuple(found)


def _quality(text: str) -> float:
    try:
        return min(float(text), 1.0)
    except ValueError:
        return 0.0
