"""All servers of `./run cluster`, their start, what becomes of the others when one dies, and their end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from config.embedded.messages import Refusal, say, step
from config.replicated.attempts import Attempts
from config.replicated.node import Node, carry_settings
from config.replicated.pooler import Pooler, pooled_url
from config.replicated.program import Program
from config.replicated.proxy import Proxy
from config.serve.renewal import Renewal
from config.serve.server import Server

_LOOK_EVERY_S = 0.1
_REPLICAS_S = 30


class Deployment:
    """A primary, two replicas, a pooler, a service for each replica, and a proxy; all below one folder."""

    def __init__(self, root: Path, folder: Path, port: int) -> None:
        """Find the places; nothing is started."""
        self.root, self.folder, self.port = root, folder, port
        self.nodes = [Node(folder / name, name) for name in ("one", "two", "three")]
        self.primary = self.nodes[0]
        self.failovers = 0
        self._repairs: dict[object, Attempts] = {}
        self._era_due = False

    @contextmanager
    def running(self, seed: str) -> Iterator[None]:
        """Start everything, fill an empty registry, and end everything after the block."""
        with ExitStack() as stack:
            for node in self.nodes:
                stack.callback(node.stop)
            self._start_servers(seed)
            self.pooler = Pooler(self.folder / "pooler", self.primary)
            stack.callback(self.pooler.program.stop)
            self.pooler.program.start()
            self.services = [stack.enter_context(service) for service in self._services()]
            for service in self.services:
                service.wait_until_ready()
            ports = [service.port for service in self.services]
            self.proxy = Proxy(self.primary.place.account, self.folder / "proxy", self.port, ports)
            stack.callback(self.proxy.program.stop)
            self.proxy.start()
            yield

    def look(self) -> None:
        """Promote a replica if the primary is gone, and start again whatever else has ended; what fails is tried again."""
        if self.primary.cluster.pid() is None:
            self._attempt(self, self.fail_over)
            return
        if self._era_due:
            self._attempt("era", self._finish_failover)
        for node in self.nodes:
            if node.cluster.pid() is None:
                self._attempt(node, partial(self._bring_back, node))
        for program in (self.pooler.program, self.proxy.program):
            if program.has_ended():
                self._attempt(program, partial(_start_again, program))
        for service in self.services:
            if service.ended_within(0) is not None:
                self._attempt(service.port, partial(_serve_again, service))

    def watch(self, renewal: Renewal) -> None:
        """Look again and again, until somebody ends it."""
        while True:
            self.look()
            renewal.look(*self.services)
            time.sleep(_LOOK_EVERY_S)

    def prepare(self, seed: str) -> None:
        """Bring the database and the static files up to the code; raises Refusal."""
        self._run("-m", "config.serve.preparation", "--seed", seed)

    def fail_over(self) -> None:
        """Promote the replica that has received most: with it goes every commit that was acknowledged."""
        begin, lost = time.monotonic(), self.primary
        left = [node for node in self.nodes if node is not lost and node.cluster.pid() is not None]
        if not left:
            # All were killed at once. None of them has lost what it had acknowledged.
            lost.come_back(lost)
            return
        promoted = max(left, key=Node.received)
        promoted.wait_for([node.name for node in self.nodes if node is not promoted])
        promoted.promote()
        self.pooler.lead_to(promoted)
        self.pooler.program.reload()
        # From here on the promoted one is the primary: if what follows fails, it is not promoted again.
        self.primary, self._era_due = promoted, True
        self.failovers += 1
        say(f"the primary “{lost.name}” is gone; “{promoted.name}” takes writes after {time.monotonic() - begin:.1f} s")

    def _bring_back(self, node: Node) -> None:
        node.come_back(self.primary)

    def _finish_failover(self) -> None:
        # Apart from the promotion, as it is tried again until all of it is done: a replica that is busy may refuse at first.
        for node in self.nodes:
            if node is not self.primary and node.cluster.pid() is not None:
                node.follow(self.primary)
        # Transaction numbers of the lost server may be given again: mirrors of the changes must know.
        self._run("manage.py", "era")
        self._era_due = False

    def _attempt(self, what: object, act: Callable[[], object]) -> None:
        attempts = self._repairs.setdefault(what, Attempts(act))
        if attempts.attempt():
            del self._repairs[what]

    def _start_servers(self, seed: str) -> None:
        with step("starting the primary"):
            self.primary = self._last_primary()
            self.primary.make_primary()
        carry_settings(self.primary)
        self.prepare(seed)
        with step("starting the replicas"):
            others = [node for node in self.nodes if node is not self.primary]
            for node in others:
                # A primary that died with everything else follows the one that was promoted.
                node.come_back(self.primary)
            deadline = time.monotonic() + _REPLICAS_S
            while self.primary.following() != {node.name for node in others}:
                if time.monotonic() > deadline:
                    raise Refusal(f"the replicas do not follow; see {self.folder}/*/.data/pg/log")
                time.sleep(_LOOK_EVERY_S)
            self.primary.wait_for([node.name for node in others])

    def _last_primary(self) -> Node:
        """Return who was the primary when everything was stopped: the one that was promoted last."""
        primaries = [node for node in self.nodes if node.is_primary()]
        return max(primaries, key=Node.timeline, default=self.nodes[0])

    def _run(self, *arguments: str) -> None:
        # Past the pooler: what changes the schema uses locks of a session.
        variables = {**os.environ, "DATABASE_URL": self.primary.url}
        done = subprocess.run([sys.executable, "-P", *arguments], cwd=self.root, env=variables)
        if done.returncode:
            raise Refusal(f"{' '.join(arguments)} failed; see the messages above")

    def _services(self) -> Iterator[Server]:
        replicas = [node for node in self.nodes if node is not self.primary]
        for number, node in enumerate(replicas, start=1):
            variables = {
                "DATABASE_URL": pooled_url(self.pooler.folder),
                "REGISTRY_PGBOUNCER": "1",
                "REGISTRY_REPLICA": node.url,
                "REGISTRY_PROXIES": "1",
            }
            yield Server("127.0.0.1", self.port + number, "localhost", self.root, variables=variables)


def _start_again(program: Program) -> None:
    say(f"{Path(program.command[0]).name} has ended; starting it again")
    # Its workers may have outlived it, and hold its address.
    program.stop()
    program.start()


def _serve_again(service: Server) -> None:
    say(f"the service on port {service.port} has ended; starting it again")
    service.stop()
    service.__enter__()
