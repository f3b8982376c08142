"""An AutoSchema whose operations are derived as a whole, and of which `@extend_schema` overrides any part."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

Schema = dict[str, Any]
#: Stands for a body that is derived.
_DERIVED = object()


class DerivedSchema(AutoSchema):
    """Gives the parts of `derived` to the methods that AutoSchema composes an operation from."""

    _derived: Schema | None = None

    def derive(self) -> Schema:
        """Return the operation of the view."""
        raise NotImplementedError

    @property
    def derived(self) -> Schema:
        """Return the operation, derived once for all its parts."""
        if self._derived is None:
            self._derived = self.derive()
        return self._derived

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Compose an operation; the same object describes every method of a view."""
        self._derived = None
        return super().get_operation(*args, **kwargs)

    def get_operation_id(self) -> str:
        """Name the operation."""
        return str(self.derived["operationId"])

    def get_summary(self) -> str | None:
        """Say in a few words what it is."""
        return self.derived.get("summary")

    def get_description(self) -> str:
        """Describe what it does."""
        return str(self.derived.get("description", ""))

    def get_tags(self) -> list[str]:
        """Name the group that it is shown in."""
        return list(self.derived.get("tags", ()))

    def get_request_serializer(self) -> Any:
        """Leave the body to `_get_request_body`, unless `@extend_schema` names a serializer."""
        return _DERIVED

    def get_response_serializers(self) -> Any:
        """Leave the responses to `_get_response_bodies`, unless `@extend_schema` names serializers."""
        return _DERIVED

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        return [p for p in self.derived.get("parameters", ()) if p["in"] == "path" and p["name"] in variables]

    def _get_filter_parameters(self) -> list[Schema]:
        return [p for p in self.derived.get("parameters", ()) if p["in"] != "path"]

    def _get_pagination_parameters(self) -> list[Schema]:
        return []

    def _get_format_parameters(self) -> list[Schema]:
        return []

    def _get_request_body(self, direction: str = "request") -> Any:
        if self.get_request_serializer() is _DERIVED:
            return self.derived.get("requestBody")
        return super()._get_request_body(direction)

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        if self.get_response_serializers() is _DERIVED:
            return self.derived["responses"]
        return super()._get_response_bodies(direction)
