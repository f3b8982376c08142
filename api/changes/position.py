"""Positions in the log, and the cursors that carry them through addresses."""

import base64
import binascii
from dataclasses import dataclass

import orjson

from api.errors import BadParameter

#: A transaction number fits a bigint.
_MOST = 2**63


@dataclass(frozen=True, order=True)
class Position:
    """After the change of this transaction, kind and record."""

    transaction: int
    kind: str
    record: int


#: Before everything.
BEGINNING = Position(-_MOST, "", 0)


@dataclass(frozen=True)
class Cursor:
    """A position in an era of the log; transaction numbers of another era mean nothing."""

    era: str
    position: Position

    def text(self) -> str:
        """Write it for an address."""
        packed = orjson.dumps([self.era, self.position.transaction, self.position.kind, self.position.record])
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read a cursor of ours; raises BadParameter for one that is damaged."""
        damaged = BadParameter("The cursor is damaged; take the address under `next` as it is.", "after")
        if len(text) > 200:
            raise damaged
        try:
            era, transaction, kind, record = orjson.loads(
                base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            )
        except (binascii.Error, orjson.JSONDecodeError, TypeError, ValueError):
            raise damaged from None
        if not isinstance(era, str) or not isinstance(kind, str) or "\x00" in era + kind:
            raise damaged
        if type(transaction) is not int or type(record) is not int:
            raise damaged
        if not -_MOST <= transaction < _MOST or not 0 <= record < _MOST:
            raise damaged
        return cls(era, Position(transaction, kind, record))
