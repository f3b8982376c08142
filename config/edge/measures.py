"""`/metrics` before Django: it needs neither a host name nor HTTPS, and answers only whom the settings name."""

from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST

from api.errors import NotFound
from config.addresses import may_watch
from config.edge.answers import Answer, refusal
from config.edge.environ import Environ
from config.metrics.page import text

PATH = "/metrics"


def answer(environ: Environ) -> Answer:
    """Answer a request for it; whom the settings do not name finds nothing here."""
    is_read = environ["REQUEST_METHOD"] in ("GET", "HEAD")
    if not is_read or not may_watch(environ, settings.METRICS_FROM, settings.TRUSTED_PROXIES):
        return refusal(NotFound("Nothing is at this address."))
    headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"cache-control", b"no-store")]
    return Answer(200, headers, text() if environ["REQUEST_METHOD"] == "GET" else b"")
