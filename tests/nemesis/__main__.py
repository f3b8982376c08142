"""Run the nemesis: `python -m tests.nemesis [--seconds N] [--seed N] [--only FAULT …]`."""

import argparse
import random
import sys
import time
from contextlib import ExitStack

import django

from config.embedded.messages import Refusal


def main() -> int:
    """Read the arguments, run, print the figures, and give the exit status: 1 if a promise was broken."""
    # The declarations of resources are needed, not a database.
    django.setup()
    from tests.nemesis.clients import Crowd
    from tests.nemesis.faults import FAULTS
    from tests.nemesis.ledger import Ledger
    from tests.nemesis.recovery import Recovery
    from tests.nemesis.running_cluster import RunningCluster
    from tests.nemesis.verdict import broken_promises

    parser = argparse.ArgumentParser(prog="./run test nemesis")
    parser.add_argument("--seconds", type=float, default=600, help="how long faults are made; 600 if not given")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the order of the faults, as it was printed")
    parser.add_argument("--only", nargs="+", choices=FAULTS, help="only these faults")
    parser.add_argument("--port", type=int, default=8290, help="of the proxy; the services take the next two")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    chance, ledger = random.Random(arguments.seed), Ledger()
    with ExitStack() as stack:
        cluster = stack.enter_context(RunningCluster.started(arguments.port))
        crowd = stack.enter_context(Crowd(cluster, ledger))
        recovery = Recovery(cluster, ledger)
        recovery.wait()
        deadline, deck = time.monotonic() + arguments.seconds, []
        try:
            while time.monotonic() < deadline:
                if not deck:
                    deck = chance.sample(arguments.only or list(FAULTS), len(arguments.only or FAULTS))
                time.sleep(chance.uniform(1, 3))
                name = deck.pop()
                said = FAULTS[name](cluster, chance, ledger)
                waited = recovery.wait() if said is not None else None
                recovery.note(name, said, waited)
        except Refusal as refusal:
            ledger.broken.append(str(refusal))
        crowd.stop_writing()
        broken = broken_promises(cluster, crowd, ledger, recovery)
    print("\n".join((*recovery.table(), *ledger.table())))
    for promise in broken:
        print(f"BROKEN: {promise}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
