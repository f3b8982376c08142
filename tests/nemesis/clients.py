"""Who uses the cluster meanwhile: curators, readers, downloads, imports, and mirrors of the changes."""

import csv
import io
import random
import re
import threading
import time
from abc import ABC, abstractmethod
from typing import ClassVar

import orjson

from tests.curation.forms import read_form
from tests.nemesis.browser import Browser, Unanswered
from tests.nemesis.imports import Importer
from tests.nemesis.ledger import Ledger
from tests.nemesis.mirror import Mirror
from tests.nemesis.running_cluster import RunningCluster

_ADDRESSES = (
    "/",
    "/deposits/",
    "/api/v1/organizations/?limit=20",
    "/api/v1/deposits/?limit=5&count=exact",
    "/api/v1/countries/?fields=slug,name",
    "/api/v1/statements/?limit=3",
    "/ogc/collections/deposits/items?limit=3",
    "/tiles/deposits/0/0/0.mvt",
    "/api/v1/questions/funnel/",
    "/releases/",
    "/explore/",
    "/admin/login/",
)

#: Records whose citations name one field each, to which the description is added.
_EDITED = """
    SELECT organization_id FROM registry_citation WHERE organization_id IS NOT NULL
    GROUP BY 1 HAVING bool_and(cardinality(fields) = 1) AND (array_agg(fields[1] ORDER BY id))[1] = 'name' ORDER BY 1 LIMIT 3
"""


class Client(ABC):
    """A thread that acts again and again until it is stopped."""

    name: ClassVar[str]
    pause_s: ClassVar[float] = 0.05

    def __init__(self, cluster: RunningCluster, ledger: Ledger) -> None:
        """Prepare; nothing is sent."""
        self.cluster, self.ledger = cluster, ledger
        self.browser = Browser(cluster.base, self.name, ledger)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @abstractmethod
    def act(self) -> None:
        """Do what this client does, once; may raise Unanswered."""

    def _run(self) -> None:
        while not self._over.wait(self.pause_s):
            try:
                self.act()
            except Unanswered:
                self._over.wait(0.2)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is reported, and the others go on
                self.ledger.note_broken(f"{self.name} met {error!r}")
                self._over.wait(1)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what was begun."""
        self._over.set()
        self._thread.join()


class Reader(Client):
    """Reads whatever there is, half of it past all caches."""

    name = "reader"

    def act(self) -> None:
        """Read one address."""
        newest = {"Cache_Control": "no-cache"} if random.random() < 0.5 else {}
        self.browser.open(random.choice(_ADDRESSES), **newest)


class Downloader(Client):
    """Downloads a kind of record: an export is whole, or the client sees that it was cut off."""

    name = "download"
    pause_s = 0.5

    def act(self) -> None:
        """Download, and look at each row."""
        status, body, _ = self.browser.open("/api/v1/organizations/export/?format=csv")
        if status != 200:
            return
        header, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig")))
        if not rows or any(len(row) != len(header) for row in rows):
            self.ledger.note_broken("a download that said nothing of it was cut off")


class Curator(Client):
    """Edits an organization in the admin, and notes each change that was acknowledged."""

    name = "curator"

    def __init__(self, cluster: RunningCluster, ledger: Ledger, record: int) -> None:
        """Take a record that no other client edits."""
        super().__init__(cluster, ledger)
        self._page = f"/admin/registry/organization/{record}/change/"
        self._label, self._number = f"nemesis {record}", 0

    def act(self) -> None:
        """Change the description."""
        status, body, headers = self.browser.open(self._page)
        if status == 302 and "/login/" in headers["Location"]:
            self._sign_in()
            return
        if status != 200:
            return
        begun_at, self._number = time.monotonic(), self._number + 1
        text = f"{self._label}.{self._number}"
        form = read_form(body.decode()).data
        form |= {"description": text, "citations-0-fields": ["name", "description"], "_reason": "again", "_continue": "1"}
        status, body, headers = self.browser.open(self._page, form)
        if status == 302 and "/login/" not in headers["Location"]:
            self.ledger.acknowledge(text, begun_at)
        elif status == 200:
            # A change whose acknowledgement was lost is met again as a change of somebody else.
            self.ledger.note(self.name, f"refused: {read_form(body.decode()).said[:80]}")

    def _sign_in(self) -> None:
        status, body, _ = self.browser.open("/admin/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())
        if status == 200 and token:
            form = {"username": "admin", "password": self.cluster.password, "csrfmiddlewaretoken": token[1]}
            self.browser.open("/admin/login/?next=/admin/", form)


class Loader(Client):
    """Loads a small file again and again, each time with new rows."""

    name = "import"
    pause_s = 4.0

    def __init__(self, cluster: RunningCluster, ledger: Ledger) -> None:
        """Begin with no rows."""
        super().__init__(cluster, ledger)
        self._importer = Importer(cluster)

    def act(self) -> None:
        """Load a file; the exit status says whether all of it was kept."""
        begun_at = time.monotonic()
        ids, done = self._importer.load()
        self.ledger.note(self.name, f"exit {done.returncode}")
        if done.returncode == 0:
            for one in ids:
                self.ledger.acknowledge(one, begun_at)
        elif "Traceback" in done.stderr:
            self.ledger.note_broken(f"an import ended with a traceback: {done.stderr[-1500:]}")


class Follower(Client):
    """Keeps a mirror of all lists by the feed of changes."""

    name = "mirror"
    pause_s = 0.3

    def __init__(self, cluster: RunningCluster, ledger: Ledger) -> None:
        """Begin with nothing."""
        super().__init__(cluster, ledger)
        self.mirror = Mirror(lambda path: self._fetch(path))

    def _fetch(self, path: str) -> tuple[int, dict[str, object]]:
        status, body, _ = self.browser.open(path)
        return status, orjson.loads(body) if status == 200 else {}

    def act(self) -> None:
        """Take a page."""
        self.mirror.step()


class Crowd:
    """All clients, while the block lasts."""

    def __init__(self, cluster: RunningCluster, ledger: Ledger) -> None:
        """Choose the records that curators edit."""
        ids = cluster.primary().sql(_EDITED, database="registry").split()
        self.writers: list[Client] = [*(Curator(cluster, ledger, int(one)) for one in ids), Loader(cluster, ledger)]
        self.readers: list[Client] = [Reader(cluster, ledger), Reader(cluster, ledger), Downloader(cluster, ledger)]
        self.followers = [Follower(cluster, ledger), Follower(cluster, ledger)]

    def __enter__(self) -> "Crowd":
        """Let all begin."""
        for client in (*self.writers, *self.readers, *self.followers):
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let all end."""
        for client in (*self.writers, *self.readers, *self.followers):
            client.stop()

    def stop_writing(self) -> None:
        """Let those end who write."""
        for client in self.writers:
            client.stop()
