"""Where a record is found that was asked for under another identifier than its slug."""

from django.http import HttpRequest
from django.utils.encoding import iri_to_uri

from api.errors import Moved, OtherIdentifier
from api.filters.identity import slug_elsewhere
from api.filters.merged import survivor
from api.http.cache import CACHE_CONTROL
from api.resources.resource import Resource


def lead_on(resource: Resource, given: str, request: HttpRequest) -> None:
    """Send the client for a merged record to the one it was merged into, and for a uid or another code to its slug.

    Raises Moved or OtherIdentifier.
    """
    # A redirect holds as long as any other answer: the record may be withdrawn, or merged in its turn.
    if new := survivor(resource.model, given, resource.published):
        headers = {"Location": _address(request, new), "Cache-Control": CACHE_CONTROL}
        raise Moved(f"“{given[:120]}” was merged into “{new}”; see the header Location.", None, [new], headers)
    if new := slug_elsewhere(resource.model, given, resource.published):
        headers = {"Location": _address(request, new), "Cache-Control": CACHE_CONTROL}
        raise OtherIdentifier(f"“{given[:120]}” identifies the record “{new}”; see the header Location.", None, [new], headers)


def _address(request: HttpRequest, slug: str) -> str:
    """Return the address of the request with another record in its last step."""
    query = request.META.get("QUERY_STRING", "")
    bare = request.path.rstrip("/")
    slash = request.path[len(bare) :]
    return str(iri_to_uri(f"{bare.rpartition('/')[0]}/{slug}{slash}{query and '?'}{query}"))
