"""`./run reload`: new code takes over under load, and no client is refused or cut off."""

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations import stand_in
from tests.operations.machine import environment, eventually
from tests.operations.test_serve import fetch, free_port, serving
from tests.operations.test_supervision import said_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(template: Path) -> Iterator[Path]:
    """Give a stand-in checkout whose old workers stay for two seconds beside the new ones."""
    with stand_in.changed(template, "config/serve/server.py", "RENEWAL_S = 10", "RENEWAL_S = 2") as root:
        yield root


def reload(root: Path, port: int) -> "subprocess.CompletedProcess[str]":
    """Run `./run reload`."""
    return subprocess.run(
        ["./run", "reload", "--port", str(port)], cwd=root, env=environment(), capture_output=True, text=True, timeout=30
    )


class Visitors:
    """Clients that fetch the front page again and again, each time over a new connection."""

    def __init__(self, port: int, number: int) -> None:
        """Start them."""
        self.answers: Counter[str] = Counter()
        self._port, self._over = port, threading.Event()
        self._threads = [threading.Thread(target=self._visit) for _ in range(number)]
        for thread in self._threads:
            thread.start()

    def _visit(self) -> None:
        while not self._over.wait(0.01):
            try:
                self.answers[fetch(self._port)] += 1
            except OSError as error:
                self.answers[f"{error!r}"] += 1

    def leave(self) -> "Counter[str]":
        """End them, and give what they were answered."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        return self.answers


def test_new_code_takes_over_and_nobody_is_refused(served: Path) -> None:
    port = free_port()
    urls = served / "config" / "urls.py"
    old = urls.read_text()
    with serving(served, port) as (process, _):
        visitors = Visitors(port, 4)
        urls.write_text(old.replace('deposits")', 'deposits of the new code")'))
        assert reload(served, port).returncode == 0
        try:
            assert eventually(lambda: visitors.answers["1 deposits of the new code"] > 50, 30)
            said_until(process, "taking over the new code")
            # Both old workers end: from then on only the new code answers.
            assert eventually(lambda: {fetch(port) for _ in range(20)} == {"1 deposits of the new code"}, 30)
        finally:
            answers = visitors.leave()
        assert set(answers) == {"1 deposits", "1 deposits of the new code"}, answers

        urls.write_text("this is no Python")
        assert reload(served, port).returncode == 0
        assert "SyntaxError" in said_until(process, "the old code goes on")
        assert fetch(port) == "1 deposits of the new code"
        process.terminate()
        assert process.wait(20) == 0
    gone = reload(served, port)
    assert gone.returncode == 1
    assert gone.stderr == f"registry: this checkout serves nothing on port {port}; start it: ./run serve --port {port}\n"
