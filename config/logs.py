"""Logs as lines of JSON, each with the id of the request it belongs to and the address of its client."""

import logging
import re
import secrets
import time
from contextvars import ContextVar
from datetime import UTC, datetime

import orjson

#: The id of the request that this thread answers; empty outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

#: The address of the client of that request; empty outside of one.
client: ContextVar[str] = ContextVar("client", default="")

#: One line for each request.
requests = logging.getLogger("registry.requests")

_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "request", "server_time"}


def identity_of(given: str) -> str:
    """Return the id of a request: the one that its client gave, if it is a plain one, else a new one."""
    return given if _ID.fullmatch(given) else secrets.token_hex(8)


def tell(method: str | None, path: str, query: str, status: int, begin: float) -> None:
    """Log one line about a request that began at a time of `perf_counter`."""
    milliseconds = round((time.perf_counter() - begin) * 1000, 2)
    requests.info("%s %s", method, path, extra={"status": status, "milliseconds": milliseconds, "query": query[:500]})


class ExpectedLevel(logging.Filter):
    """Give Django's line about an answer the level that its view has put on the request: a busy service is no error."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the level where there is one; let every line pass."""
        level = getattr(getattr(record, "request", None), "log_level", None)
        if level is not None:
            record.levelno, record.levelname = level, logging.getLevelName(level)
        return True


class JsonLines(logging.Formatter):
    """One JSON object per line: time, level, logger, message, request id, client, and what was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record; values that JSON does not know become text."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identity := request_id.get():
            line["request_id"] = identity
        if address := client.get():
            line["address"] = address
        line |= {key: value for key, value in vars(record).items() if key not in _PLAIN}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
