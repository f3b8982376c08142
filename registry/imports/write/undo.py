"""stub."""
from dataclasses import dataclass
@dataclass(frozen=True)
class Undone:
    counts: dict[str,int]
def undo(work): ...
