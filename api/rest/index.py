"""The front of the API: what there is and where."""

from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from api.http.negotiation import JSON
from api.http.views import ReadView
from api.resources.resource import all_resources


class IndexView(ReadView):
    """Every resource with its address and what it holds, and the addresses beside them."""

    operation: ClassVar[dict[str, Any]] = {
        "operationId": "index",
        "summary": "The resources",
        "description": "Every resource with its URL and description.",
        "tags": ["index"],
        "responses": {
            "200": {
                "description": "The URLs of the API.",
                "content": {
                    JSON: {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "resources": {
                                    "type": "array",
                                    "items": {"type": "object", "additionalProperties": {"type": "string"}},
                                },
                                "links": {"type": "object", "additionalProperties": {"type": "string"}},
                            },
                        }
                    }
                },
            }
        },
        "problems": ("400", "406", "503"),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List the resources."""
        self.given(request)
        here = request.build_absolute_uri(request.path)
        home = request.build_absolute_uri(reverse("front:home"))
        document = {
            "resources": [
                {"name": r.name, "address": f"{here}{r.name}/", "description": r.description} for r in all_resources()
            ],
            "links": {
                "locate": f"{here}locate/?lon=76.2&lat=42.8",
                "statements": f"{here}statements/?field=location",
                "changes": f"{here}changes/?after=now",
                "openapi": f"{home}openapi.yaml",
                "docs": f"{home}docs/",
            },
        }
        return HttpResponse(orjson.dumps(document), content_type=JSON)
