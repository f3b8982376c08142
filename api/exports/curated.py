"""Files of the records that a curator has chosen, drafts among them, by the writers of the public exports."""

from functools import cache
from typing import Any

from django.db.models import QuerySet

from api.errors import Problem
from api.exports.files import body_of, file_name
from api.exports.formats import formats_of
from api.exports.stream import FileStream
from api.query.list_query import ListQuery
from api.resources.resource import Resource, all_resources
from registry import files
from registry.curation import CurationError


class CuratedFiles:
    """What the API provides to the admin."""

    def formats(self, kind: str) -> tuple[str, ...]:
        """Name the formats in which a kind of record comes."""
        return tuple(formats_of(resource)) if (resource := _resources().get(kind)) else ()

    def file(self, kind: str, rows: QuerySet[Any], name: str) -> files.RecordsFile:
        """Write some records into a file; raises CurationError where it is refused now."""
        resource = _resources()[kind]
        wanted = formats_of(resource)[name]
        try:
            body = body_of(ListQuery(resource, among=rows), wanted, True)
        except Problem as problem:
            raise CurationError(problem.detail) from problem
        size = body.size if isinstance(body, FileStream) else None
        return files.RecordsFile(body, wanted.media_type, file_name(resource, wanted), size)


@cache
def _resources() -> dict[str, Resource]:
    return {resource.kind: resource for resource in all_resources() if resource.kind}
