"""What is done once a minute while the registry is served: the history is sealed, and the newest records are compared."""

import logging
import random
import time
from threading import Thread

from django.db import DatabaseError, connection

from registry.matching.newest import compare_newest
from registry.sealing.seal import seal

EVERY_S = 60
log = logging.getLogger("registry.sealing")


def keep_sealing() -> None:
    """Seal from time to time in a thread of this process; of several processes, one does it and the others find nothing."""
    Thread(target=_seal_for_ever, name="sealing", daemon=True).start()


def _seal_for_ever() -> None:
    while True:
        # Not all at once, and not together with the start.
        time.sleep(EVERY_S * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
        try:
            seal()
        except DatabaseError as error:
            log.warning("the history could not be sealed", extra={"reason": str(error).strip()})
        else:
            _compare()
        finally:
            connection.close()


def _compare() -> None:
    try:
        compare_newest()
    except DatabaseError as error:
        log.warning("the newest records could not be compared", extra={"reason": str(error).strip()})
