"""What is done once a minute while the registry is served: the history is sealed, and the newest records are compared."""

import logging
import random
import time
from collections.abc import Callable
from threading import Thread

from django.db import Error, connection

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
        _attempt(seal, "the history could not be sealed")
        _attempt(compare_newest, "the newest records could not be compared")
        connection.close()


def _attempt(task: Callable[[], object], failed: str) -> None:
    """Do a task; whatever fails in it is logged, and keeps neither the others nor the next minute from theirs."""
    try:
        task()
    except Error as error:
        log.warning(failed, extra={"reason": str(error).strip()})
        connection.close()
    except Exception:
        log.exception(failed)
        connection.close()
