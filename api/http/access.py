"""Headers that every public response has, whatever its status and origin."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from api.http.fixed_headers import FixedHeaders

#: The first steps of the public interfaces; pages of any origin may read everything below them.
PUBLIC = frozenset(("api", "ogc", "tiles", "releases", "cite", "openapi.yaml", "openapi.json"))

#: Headers with which a page of any origin may read a response.
READABLE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Accept-Ranges, Allow, Content-Crs, Content-Disposition, Content-Range, ETag, Link, Location, Memento-Datetime,"
        " Registry-Position, Retry-After, X-Request-ID"
    ),
}
_READABLE = FixedHeaders(READABLE)
#: A script may send any header: there are no credentials to protect. The Fetch standard excludes Authorization from `*`.
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*, Authorization",
    "Access-Control-Max-Age": "86400",
}


class PublicAccess:
    """Serves each public address with and without its last slash, and lets pages of any origin read the response.

    As a middleware it sees redirects, unknown addresses and failures too. Preflight requests are answered for every address:
    otherwise the browser hides from the page that an address does not exist.
    """

    passes_kept = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Answer; below other addresses nothing is changed."""
        path = request.path_info
        root = path.split("/", 2)[1] if path.startswith("/") else ""
        if root not in PUBLIC:
            return self.get_response(request)
        if (canonical := canonical_path(root, path)) != path:
            request.path, request.path_info = request.path.removesuffix(path) + canonical, canonical
        if request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META:
            response: Any = HttpResponse(status=204, headers=_PREFLIGHT)
        else:
            response = self.get_response(request)
        _READABLE.put(response)
        return response


def canonical_path(root: str, path: str) -> str:
    """Return the form of a public address that links have: OGC API and files have no slash at the end, the others have one."""
    if root in ("releases", "cite"):
        # Their folders end with a slash and their files do not, as on a plain file server.
        return path
    bare = path.removesuffix("/")
    is_file = root.startswith("openapi.") or (root == "tiles" and "." in bare.rpartition("/")[2])
    if is_file or (root == "ogc" and bare != "/ogc"):
        return bare
    return f"{bare}/"
