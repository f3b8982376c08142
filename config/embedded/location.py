"""Where the private cluster of a checkout lives."""

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from config.embedded.account import Account
from config.embedded.messages import Refusal

NAME = "registry"
ELSEWHERE = Path("/var/lib/rare-earth-registry")
_LONGEST_SOCKET = 103 if sys.platform == "darwin" else 107


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]


@dataclass(frozen=True)
class ClusterLocation:
    """The folder of one cluster's data, its owner, and all that follows from the two."""

    root: Path
    test: bool
    data: Path
    account: Account

    @classmethod
    def _candidates(cls, root: Path, test: bool) -> tuple[Path, Path]:
        name = "pgtest" if test else "pg"
        return root / ".data" / name, ELSEWHERE / _digest(root) / name

    @classmethod
    def made(cls, root: Path, *, test: bool) -> "ClusterLocation | None":
        """Find the cluster that was made for this checkout; None if none was.

        A cluster gets its name when it is complete, so that a folder of this name is a whole one.
        """
        for data in cls._candidates(root, test):
            if data.is_dir():
                owner = Account.owner(data)
                # Root copied the checkout without keeping owners.
                return cls(root, test, data, owner if owner.uid else Account.for_checkout(root))
        return None

    @classmethod
    def chosen(cls, root: Path, *, test: bool) -> "ClusterLocation":
        """Choose where to make one: in the checkout, or in /var/lib if its account cannot reach the checkout."""
        account = Account.for_checkout(root)
        here, elsewhere = cls._candidates(root, test)
        inside = os.geteuid() != 0 or account.reaches(root)
        return cls(root, test, here if inside else elsewhere, account)

    @classmethod
    def of(cls, root: Path, *, test: bool) -> "ClusterLocation":
        """Find the place of this checkout's cluster, made or not.

        Raises Refusal when this process may not use it.
        """
        place = cls.made(root, test=test) or cls.chosen(root, test=test)
        place._refuse_lost_data()
        if os.geteuid() not in (0, place.account.uid):
            raise Refusal(f"{place.data} belongs to “{place.account.name}”; run as that account or as root")
        if place.data.is_dir() and os.geteuid() == 0 and not place.account.reaches(place.data.parent):
            raise Refusal(
                f"“{place.account.name}” cannot reach its database in {place.data}. Open the folders above it"
                f" (chmod o+x), or move it:\n  mkdir -p {place._elsewhere.parent} && mv {place.data} {place._elsewhere}"
            )
        return place

    @property
    def _elsewhere(self) -> Path:
        return self._candidates(self.root, self.test)[1]

    def _refuse_lost_data(self) -> None:
        """Describe where the data are, if this checkout was moved away from a database in /var/lib."""
        try:
            root, data = self._memory.read_text().splitlines()
        except FileNotFoundError:
            return
        if not self.data.is_dir() and not Path(root).exists() and Path(data).is_dir():
            raise Refusal(
                f"this checkout was moved; its database is in {data}. Move it:\n"
                f"  mkdir -p {self.data.parent} && mv {data} {self.data}\nor start with an empty one: rm {self._memory}"
            )

    @property
    def _memory(self) -> Path:
        return self.state / f"{self.data.name}.elsewhere"

    def remember(self) -> None:
        """Record where the data are, if not in the checkout."""
        if self.data.parent != self.state:
            self._memory.write_text(f"{self.root}\n{self.data}\n")

    @property
    def state(self) -> Path:
        """The folder of all that a checkout keeps beside its code."""
        return self.root / ".data"

    @property
    def unfinished(self) -> Path:
        """The folder in which this process makes a cluster before it gets its name."""
        # One of its own: the initdb of a killed process goes on for a moment, and then removes its folder by name.
        return self.data.with_name(f"{self.data.name}.new-{os.getpid()}")

    @property
    def archiving(self) -> Path:
        """The configuration of pgBackRest for this cluster, if it is archived."""
        return self.socket / "pgbackrest.conf"

    def leftovers(self) -> list[Path]:
        """List the folders of those who did not finish."""
        return list(self.data.parent.glob(f"{self.data.name}.new-*"))

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: beside the data, or in /tmp where that path would be too long."""
        beside = self.data.parent / ("socket-test" if self.test else "socket")
        # PostgreSQL reads a list of folders here: a comma or a quote would not survive.
        plain = not set(',"') & set(str(beside))
        if plain and len(os.fsencode(beside / ".s.PGSQL.5432")) <= _LONGEST_SOCKET:
            return beside
        return Path(f"/tmp/{NAME}-{self.account.uid}-{_digest(self.data)}")

    @property
    def url(self) -> str:
        """The address of its database, as DATABASE_URL would give it."""
        return f"postgis://{NAME}@/{NAME}?host={quote(str(self.socket))}"

    def prepare(self) -> None:
        """Make the folders above the data, so that both root and the checkout's owner can work in them."""
        self.state.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            owner = self.root.stat()
            os.chown(self.state, owner.st_uid, owner.st_gid)
        self.data.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
