"""Questions that come in the body of a POST: a JSON object of the same parameters as an address has."""

from typing import Any

import orjson
from django.http import HttpRequest

from api.errors import BadBody, TooLarge

MAX_BODY_BYTES = 2_000_000


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Read the JSON object of a body; raises TooLarge or BadBody."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
        raise TooLarge(f"The body is larger than {MAX_BODY_BYTES:,} bytes.")
    try:
        given = orjson.loads(request.read(MAX_BODY_BYTES + 1))
    except orjson.JSONDecodeError:
        raise BadBody("The body is not a JSON object.") from None
    if not isinstance(given, dict):
        raise BadBody("The body is not a JSON object.")
    return given
