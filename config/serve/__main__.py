"""Run the service in the foreground: `python -m config.serve [--host H] [--port N]`."""

import argparse
import os
import subprocess
import sys
import time
from contextlib import suppress

from config.embedded import ROOT
from config.embedded.backup import Database, sweep
from config.embedded.cluster import Cluster
from config.embedded.lease import Ended, in_use
from config.embedded.messages import Refusal, advice, say
from config.environment import Environment
from config.serve.port import reachable, reserved
from config.serve.renewal import Renewal, ask, registered
from config.serve.server import Server
from config.serve.supervision import Supervision
from registry.seeding.levels import SEEDS, WORLD

_LOOK_EVERY_S = 0.5


def prepare(seed: str) -> str:
    """Prepare the database and the static files; give the first administrator's password if one was made."""
    command = [sys.executable, "-u", "-m", "config.serve.preparation", "--seed", seed]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        password = ""
        try:
            for line in process.stdout or ():
                if line.startswith("password: "):
                    password = line.removeprefix("password: ").strip()
                else:
                    say(line.rstrip())
        except Ended:
            process.terminate()
            _tell(password)
            raise
    if process.returncode:
        _tell(password)
        raise Refusal("the service was not started")
    return password


def _sign_in(password: str) -> str:
    return f"  user: admin, password: {password} (shown only now)" if password else ""


def _tell(password: str) -> None:
    """Say the password even if the start fails later: it is not kept anywhere."""
    if password:
        say(f"created an administrator:{_sign_in(password)}")


def serve(host: str, port: int, seed: str) -> None:
    """Serve until somebody ends it.

    Raises Ended when somebody does, Refusal when it cannot start or ends by itself.
    """
    begin = time.monotonic()
    allowed = [name for name in Environment.current().allowed_hosts if name != "*"]
    with reserved(host, port), in_use(test=False) as url:
        # Without PostgreSQL's client programs nobody can have restored anything from here.
        with suppress(Refusal):
            sweep(Database.at(url))
        password = prepare(seed)
        server = Server(host, port, name=(allowed or ["localhost"])[0], root=ROOT)
        renewal = Renewal(lambda: prepare(seed))
        try:
            with server, renewal.heard(), registered(ROOT, port):
                server.wait_until_ready()
                print(_addresses(host, port, password, time.monotonic() - begin), flush=True)
                password = ""
                raise Refusal(f"the server exited unexpectedly (status {_status_of(server, renewal)})")
        finally:
            _tell(password)


def _status_of(server: Server, renewal: Renewal) -> int:
    """Wait for the server's end, and keep the private database running meanwhile; one of somebody else's is theirs to keep."""
    own = not Environment.current().variables.get("DATABASE_URL", "").strip()
    supervision = Supervision(Cluster(ROOT)) if own else None
    while (status := server.ended_within(_LOOK_EVERY_S)) is None:
        if supervision:
            supervision.look()
        renewal.look(server)
    return status


def _addresses(host: str, port: int, password: str, seconds: float) -> str:
    name = reachable(host)
    base = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    return (
        f"\nRare-earth deposits registry, ready after {seconds:.1f} s\n"
        f"  front page  {base}/\n"
        f"  API         {base}/api/v1/\n"
        f"  its docs    {base}/docs/\n"
        f"  admin       {base}/admin/{_sign_in(password)}\n"
        "Ctrl-C stops it.\n"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port; use a number from 1 to 65535")
    return int(text)


def main() -> int:
    """Read the arguments, serve, and give the exit status."""
    parser = argparse.ArgumentParser(prog="./run serve")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all")
    parser.add_argument("--port", default=8000, type=_port, help="port to listen on; 8000 if not given")
    parser.add_argument(
        "--seed",
        default=WORLD,
        choices=SEEDS,
        help="how much is loaded into an empty registry: the founding article, the curated cards, or also the rare-earth"
        " sites of the world (the default)",
    )
    parser.add_argument("--reload", action="store_true", help="let the service on that port take over new code")
    arguments = parser.parse_args()
    # With the tests' variable left in the environment, Django would look for the tests' database.
    os.environ.pop("REGISTRY_TEST", None)
    try:
        if arguments.reload:
            ask(ROOT, arguments.port)
            return 0
        serve(arguments.host, arguments.port, arguments.seed)
    except Ended:
        say("stopped")
        return 0
    except Refusal as refusal:
        say(str(refusal))
    except OSError as error:
        say(f"{error}{advice(str(error), ROOT)}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
