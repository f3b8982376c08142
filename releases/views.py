"""The addresses of releases: pages for people, JSON for programs, and the files with ranges."""

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse

from api.errors import BadParameter, NotFound, Problem
from api.exports.built_files import BuiltFile
from api.exports.ranges import file_response
from api.filters.parameters import count_within, read_query
from api.http.cache import matches
from api.http.methods import read_only
from api.http.negotiation import JSON, choose
from explorer import errors
from explorer.language import in_default
from explorer.shared import shared
from releases.catalogue import Manifest, file_of, manifest_of, releases
from releases.contents import media_type
from releases.heads import heads_after
from releases.labels import page_of_release, reference_of_release, row_of_release

#: A release never changes, and neither does its file.
_FOR_EVER = "public, max-age=31536000, immutable"
_NEW = "public, max-age=60"


@errors.page_only
def list_page(request: HttpRequest) -> HttpResponse:
    """`/releases/`: all releases, the newest first."""
    found = releases()
    return _negotiated(
        request, "releases/list.html", {"releases": [row_of_release(one) for one in found]}, {"releases": _short(found)}, _NEW
    )


@read_only
def list_json(request: HttpRequest) -> HttpResponse:
    """`/releases/index.json`: the same for programs."""
    return _json({"releases": _short(releases())}, _NEW)


@read_only
def heads_json(request: HttpRequest) -> HttpResponse:
    """`/releases/heads.json`: the heads of the chain over the history, after a number if one is given."""
    try:
        given = read_query(request.META.get("QUERY_STRING", ""), ())
        for name in given:
            if name != "after":
                raise BadParameter("This address accepts no other parameter.", name[:80], ["after"])
        after = count_within("after", given["after"], 0, 2**62) if "after" in given else 0
    except Problem as problem:
        return problem.response()
    return _json(heads_after(after), _NEW)


@errors.page_only
def release_page(request: HttpRequest, name: str) -> HttpResponse:
    """`/releases/2026.12/`: what is in a release."""
    found = manifest_of(name)
    if found is None:
        return _missing(request, f"There is no release “{name[:20]}”.")
    return _negotiated(request, "releases/release.html", page_of_release(found, _address(request, name)), dict(found), _NEW)


@read_only
def release_reference(request: HttpRequest, name: str, ending: str) -> HttpResponse:
    """`/releases/2026.12/citation.bib`: the reference to a release in a format of literature programs."""
    found = manifest_of(name)
    if found is None:
        return NotFound(f"There is no release “{name[:20]}”.").response()
    text, media_type = reference_of_release(found, _address(request, name)).written(ending)
    return HttpResponse(text, content_type=media_type, headers={"Cache-Control": _FOR_EVER})


def _address(request: HttpRequest, name: str) -> str:
    """Return the address of a release in the default language, which is cited whatever language is read."""
    with in_default():
        return request.build_absolute_uri(reverse("releases:release", args=[name]))


@read_only  # type: ignore[arg-type]
def release_file(request: HttpRequest, name: str, path: str) -> HttpResponseBase:
    """`/releases/2026.12/csv/deposits.csv`: a file of a release, or a part of it."""
    found, manifest = file_of(name, path), manifest_of(name)
    if found is None or manifest is None:
        return NotFound(f"Release “{name[:20]}” has no file “{path[:120]}”.").response()
    tag = f'"{_sum(manifest, path) or name}"'
    headers = {"Cache-Control": _FOR_EVER, "ETag": tag}
    if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        return HttpResponse(status=304, headers=headers)
    file = BuiltFile(found)
    file.tag = tag
    return file_response(request, file, media_type(path), headers)


def _sum(manifest: Manifest, path: str) -> str:
    """Return the checksum of a file that the manifest lists; "" for the others, which are as immutable."""
    return next((str(one["sha256"]) for one in manifest["files"] if one["path"] == path), "")


def _short(found: list[Manifest]) -> list[dict[str, Any]]:
    return [
        {name: one[name] for name in ("name", "instant", "position", "before", "records")}
        | {"address": f"{one['name']}/", "manifest": f"{one['name']}/manifest.json"}
        for one in found
    ]


def _negotiated(
    request: HttpRequest, template: str, context: dict[str, Any], document: dict[str, Any], cached: str
) -> HttpResponse:
    try:
        given = read_query(request.META.get("QUERY_STRING", ""), ())
        for name in given:
            if name != "format":
                raise BadParameter("This address accepts no other parameter.", name[:80], ["format"])
        form = choose(given.get("format"), request.META.get("HTTP_ACCEPT", ""), ("html", "json"))
    except Problem as problem:
        return errors.failed(request, problem)
    response = _json(document, cached)
    if form == "html":
        content = render_to_string(template, shared(request) | context, request)
        response = HttpResponse(content, headers={"Cache-Control": cached})
    if "format" not in given:
        response.headers["Vary"] = "Accept"
    return response


def _json(document: dict[str, Any], cached: str) -> HttpResponse:
    return HttpResponse(orjson.dumps(document), content_type=JSON, headers={"Cache-Control": cached})


def _missing(request: HttpRequest, words: str) -> HttpResponse:
    return errors.failed(request, NotFound(words))
