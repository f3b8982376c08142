"""The application of the service, with an export without end beside it."""

from collections.abc import Callable, Iterable
from typing import Any

from config.wsgi import application as registry

# isort: split

from api.errors import Busy
from api.exports.stream import CopyStream, Slot
from config.edge.application import Edge
from config.edge.measures import answer
from config.edge.policy import begin, most_bytes
from config.metrics.process import keep_looking
from tests.exports.endless import ENDLESS, PATH


def with_endless_export(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve the endless export at its address, and the registry everywhere else."""
    if environ["PATH_INFO"] != PATH:
        return registry(environ, start_response)  # type: ignore[no-any-return]
    try:
        stream = CopyStream(lambda live: ENDLESS, Slot())
    except Busy:
        start_response("503 Service Unavailable", [])
        return [b""]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return stream


application = Edge(with_endless_export, begin, most_bytes, 0, answer)
keep_looking(application)
