"""The process of one task: `python -m imports.tasks`, which reads from standard input what it is to do."""

import json
import os
import resource
import sys

#: A look reads a few rows: a file that keeps it busy for so many seconds of processor time is not looked at further.
_LOOK_SECONDS = 60


def main() -> int:
    """Set up what is served beside this process, and do the task."""
    order = json.loads(sys.stdin.readline())
    if order["kind"] == "look":
        resource.setrlimit(resource.RLIMIT_CPU, (_LOOK_SECONDS, _LOOK_SECONDS + 5))
    # Readers come first.
    os.nice(5)
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = order["database"]
    settings.IMPORT_FOLDER = order["folder"]
    django.setup()
    from django.utils import translation

    from imports.tasks.worker import work

    with translation.override(order["language"]):
        work(order["task"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
