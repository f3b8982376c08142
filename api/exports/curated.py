"""Files of the records that a curator has chosen, drafts among them, by the writers of the public exports."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import QuerySet

from api.errors import Problem
from api.exports.built_files import FilePart
from api.exports.files import built, file_name, stream_of
from api.exports.formats import formats_of
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
            query, size = ListQuery(resource, among=rows), None
            if wanted.built:
                file = built(query, wanted)
                body: Iterator[bytes] = FilePart(file, 0, size := file.size)
            else:
                body = stream_of(query, wanted, True)
        except Problem as problem:
            raise CurationError(problem.detail) from problem
        return files.RecordsFile(body, wanted.media_type, file_name(resource, wanted), size)


@cache
def _resources() -> dict[str, Resource]:
    return {resource.kind: resource for resource in all_resources() if resource.kind}
