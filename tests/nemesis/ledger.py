"""What clients were answered, and what was acknowledged to them."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Acknowledgement:
    """Something that the registry said it has kept, when its client asked, and when it was answered."""

    what: str
    begun_at: float
    told_at: float


@dataclass
class Ledger:
    """Counts answers by client and status, and keeps what was acknowledged, and what must never be answered."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    acknowledged: list[Acknowledgement] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    #: Acknowledgements that a restored backup took back, as it must.
    taken_back: int = 0
    _restored_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, client: str, answer: str) -> None:
        """Count an answer."""
        with self._lock:
            self.answers[client, answer] += 1

    def note_broken(self, promise: str) -> None:
        """Keep what must not be."""
        print(f"BROKEN: {promise}", flush=True)
        with self._lock:
            self.broken.append(promise)

    def acknowledge(self, what: str, begun_at: float) -> None:
        """Keep what must be there at the end."""
        with self._lock:
            if begun_at < self._restored_at:
                self.taken_back += 1
                return
            self.acknowledged.append(Acknowledgement(what, begun_at, time.monotonic()))

    def last_begun_at(self) -> float:
        """Return when the client asked whose request was acknowledged last."""
        with self._lock:
            return max((one.begun_at for one in self.acknowledged[-20:]), default=0.0)

    def take_back(self, since: float) -> None:
        """Expect no more what was acknowledged since a moment, or requested until now: its backup was restored."""
        with self._lock:
            before = len(self.acknowledged)
            self.acknowledged = [one for one in self.acknowledged if one.told_at < since]
            self.taken_back += before - len(self.acknowledged)
            self._restored_at = time.monotonic()

    def table(self) -> list[str]:
        """Return the counts as lines."""
        clients: dict[str, list[str]] = {}
        for (client, answer), number in sorted(self.answers.items()):
            clients.setdefault(client, []).append(f"{answer} × {number:,}")
        kept = f"acknowledged: {len(self.acknowledged):,}, and {self.taken_back:,} that a restored backup took back"
        return [*(f"{client}: {', '.join(answers)}" for client, answers in clients.items()), kept]
