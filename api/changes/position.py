"""Positions in the log, and the cursors that carry them in addresses."""

import re
from dataclasses import dataclass

from api.database.version import position_text
from api.errors import BadParameter

#: A transaction number fits a bigint.
_MOST = 2**63
_FORM = re.compile(r"([0-9a-f]{8})-(-?[0-9]{1,19})(?:-([a-z_]{1,40})-([0-9]{1,19}))?")


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
        """Write it for an address; before all changes of a transaction it is the position that a list states."""
        at = self.position
        before = position_text(self.era, at.transaction)
        return f"{before}-{at.kind}-{at.record}" if at.kind else before

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Read a cursor of ours, or the position of a list; raises BadParameter for one that is damaged."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise BadParameter(
                "The cursor is not valid. Use the URL under `next`, or the position of a list, without changing it.", "after"
            )
        era, transaction, kind, record = found.groups()
        position = Position(int(transaction), kind or "", int(record or 0))
        if not -_MOST <= position.transaction < _MOST or position.record >= _MOST:
            raise BadParameter("The cursor is not valid: its transaction or record number is out of range.", "after")
        return cls(era, position)
