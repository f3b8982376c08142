"""Run several servers in the foreground: `python -m config.replicated [--port N]`."""

import argparse
import os
import sys
from pathlib import Path

from config.embedded import ROOT
from config.embedded.lease import Ended, orderly_end
from config.embedded.messages import Refusal, advice, say
from config.replicated.deployment import Deployment
from config.serve.renewal import Renewal, registered
from registry.seeding.levels import SEEDS, WORLD


def main() -> int:
    """Read the arguments, run everything, and give the exit status."""
    parser = argparse.ArgumentParser(prog="./run cluster")
    parser.add_argument("--port", default=8000, type=int, help="port of the proxy; the services take the next two")
    parser.add_argument("--seed", default=WORLD, choices=SEEDS, help="how much is loaded into an empty registry")
    parser.add_argument("--folder", default=ROOT / ".data" / "cluster", type=Path, help="where its databases are")
    arguments = parser.parse_args()
    for name in ("REGISTRY_TEST", "DATABASE_URL"):
        os.environ.pop(name, None)
    try:
        deployment = Deployment(ROOT, arguments.folder, arguments.port)
        renewal = Renewal(lambda: deployment.prepare(arguments.seed))
        with orderly_end(), deployment.running(arguments.seed), renewal.heard(), registered(ROOT, arguments.port):
            print(_addresses(deployment), flush=True)
            deployment.watch(renewal)
    except Ended:
        say("stopped")
        return 0
    except Refusal as refusal:
        say(str(refusal))
    except OSError as error:
        say(f"{error}{advice(str(error), ROOT)}")
    return 1


def _addresses(deployment: Deployment) -> str:
    lines = [f"  {node.name:<6}{node.url}" for node in deployment.nodes]
    services = ", ".join(f"http://127.0.0.1:{service.port}" for service in deployment.services)
    return "\n".join(
        (
            "\nRare-earth deposits registry, on several servers",
            f"  front page  http://127.0.0.1:{deployment.port}/   (services: {services})",
            f"  primary     {deployment.primary.name}",
            *lines,
            "Ctrl-C stops everything.\n",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
