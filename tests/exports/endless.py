"""An export without end, for a real server: what happens when its reader goes away."""

import os
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()
from api.exports.stream import CopyStream, Slot  # noqa: E402

ENDLESS = "COPY (SELECT repeat('x', 1000) FROM (SELECT generate_series(1, 1000000000)) rows) TO STDOUT"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Begin to send, and never end."""
    stream = CopyStream(lambda live: ENDLESS, Slot())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return stream
