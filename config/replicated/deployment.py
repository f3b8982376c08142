"""All servers of `./run cluster`, their start, what becomes of the others when the primary dies, and their end."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from config.embedded.lease import undisturbed
from config.embedded.messages import Refusal, say, step
from config.replicated.node import Node, carry_settings
from config.replicated.pooler import Pooler, pooled_url
from config.replicated.proxy import Proxy
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

    @contextmanager
    def running(self, seed: str) -> Iterator[None]:
        """Start everything, fill an empty registry, and end everything after the block."""
        with ExitStack() as stack:
            for node in self.nodes:
                stack.callback(node.stop)
            self._start_servers(seed)
            self.pooler = Pooler(self.folder / "pooler", self.primary)
            stack.callback(self.pooler.program.stop)
            self.pooler.start()
            self.services = [stack.enter_context(service) for service in self._services()]
            for service in self.services:
                service.wait_until_ready()
            ports = [service.port for service in self.services]
            self.proxy = Proxy(self.primary.place.account, self.folder / "proxy", self.port, ports)
            stack.callback(self.proxy.program.stop)
            self.proxy.start()
            yield

    def look(self) -> None:
        """Promote a replica if the primary is gone, and start again a replica that is; raises Refusal if none is left."""
        if self.primary.cluster.pid() is None:
            with undisturbed():
                self.fail_over()
        for node in self.nodes:
            if node.cluster.pid() is None:
                with undisturbed():
                    node.make_replica(self.primary)
        for service in self.services:
            if (status := service.ended_within(0)) is not None:
                raise Refusal(f"the service on port {service.port} exited unexpectedly (status {status})")

    def watch(self) -> None:
        """Look again and again, until somebody ends it."""
        while True:
            self.look()
            time.sleep(_LOOK_EVERY_S)

    def fail_over(self) -> None:
        """Promote the replica that has received most: with it goes every commit that was acknowledged."""
        begin, lost = time.monotonic(), self.primary
        left = [node for node in self.nodes if node is not lost and node.cluster.pid() is not None]
        if not left:
            raise Refusal("no server is left to be promoted")
        self.primary = max(left, key=Node.received)
        self.primary.wait_for([node.name for node in self.nodes if node is not self.primary])
        self.primary.promote()
        self.pooler.lead_to(self.primary)
        self.pooler.program.reload()
        for node in left:
            if node is not self.primary:
                node.follow(self.primary)
        self.failovers += 1
        say(f"the primary “{lost.name}” is gone; “{self.primary.name}” takes writes after {time.monotonic() - begin:.1f} s")
        # Transaction numbers of the lost server may be given again: mirrors of the changes must know.
        self._run("manage.py", "era")
        with suppress(ProcessLookupError):
            lost.rejoin(self.primary)

    def _start_servers(self, seed: str) -> None:
        with step("starting the primary"):
            self.primary = self._last_primary()
            self.primary.make_primary()
        carry_settings(self.primary)
        self._run("-m", "config.serve.preparation", "--seed", seed)
        with step("starting the replicas"):
            others = [node for node in self.nodes if node is not self.primary]
            for node in others:
                # A primary that died with everything else follows the one that was promoted.
                node.rejoin(self.primary) if node.is_primary() else node.make_replica(self.primary)
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
