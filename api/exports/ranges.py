"""Parts of a built file, as a client asks for them (RFC 9110, section 14)."""

import re

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from api.exports.built_files import BuiltFile, FilePart

#: One range. Of several at once a client gets the whole file, as the standard allows.
_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE)


def file_response(request: HttpRequest, built: BuiltFile, media_type: str, headers: dict[str, str]) -> HttpResponseBase:
    """Return a built file, or the part of it that a client asks for; HEAD tells its length."""
    headers = {**headers, "Accept-Ranges": "bytes", "ETag": built.tag}
    if request.method == "HEAD":
        built.close()
        return StreamingHttpResponse([], content_type=media_type, headers={**headers, "Content-Length": str(built.size)})
    part = _part(request, built)
    if part is None:
        headers["Content-Length"] = str(built.size)
        return StreamingHttpResponse(FilePart(built, 0, built.size), content_type=media_type, headers=headers)
    first, last = part
    if first > last:
        built.close()
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{built.size}"})
    headers |= {"Content-Range": f"bytes {first}-{last}/{built.size}", "Content-Length": str(last - first + 1)}
    body = FilePart(built, first, last - first + 1)
    return StreamingHttpResponse(body, status=206, content_type=media_type, headers=headers)


def _part(request: HttpRequest, built: BuiltFile) -> tuple[int, int] | None:
    """Return the first and the last byte that are asked for; None for the whole file, a first after the last for nothing."""
    found = _RANGE.fullmatch(request.META.get("HTTP_RANGE", "").strip()) if request.method == "GET" else None
    if found is None or request.META.get("HTTP_IF_RANGE", built.tag).strip() != built.tag:
        return None
    first, last = found.groups()
    if not first:
        return (max(0, built.size - int(last)), built.size - 1) if last else None
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) if last else built.size - 1, built.size - 1)
