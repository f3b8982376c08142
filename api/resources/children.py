"""What hangs on a record and is shown with it: names, ids, citations, commodities, links of one of several kinds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.resources.fields import Linked, Model, Rendered, is_published
from registry.models import Citation, Commodity, ExternalId, Name, Source


class NameItem(Model):
    """A name of a record."""

    class Meta:
        model = Name
        fields = ("text", "language", "kind")


class ExternalIdItem(Model):
    """What another register calls a record."""

    class Meta:
        model = ExternalId
        fields = ("scheme", "value")


class SourceLink(Model):
    """A source as a citation names it."""

    class Meta:
        model = Source
        fields = ("slug", "title", "publisher", "published", "url")


class CitationItem(Model):
    """Which source says it, where in the source, and how surely."""

    source = SourceLink()  # type: ignore[assignment]
    external_ids = ExternalIdItem(many=True, help_text="Identifiers of this citation in other registers.")

    class Meta:
        model = Citation
        fields = (
            "source",
            "relation",
            "fields",
            "locator",
            "quote",
            "confidence",
            "stated_value",
            "note",
            "external_ids",
        )


class CommodityOf(Linked):
    """A commodity that a record is about."""

    class Meta:
        model = Commodity
        through = "commodity"
        fields = ("slug", "name")


class CommodityWithRole(CommodityOf):
    """A commodity and its role."""

    role = serializers.CharField(help_text="Role of the commodity for the record.")

    class Meta(CommodityOf.Meta):
        fields = (*CommodityOf.Meta.fields, "role")  # type: ignore[assignment]


@extend_schema_field(
    {
        "type": "object",
        "required": ["kind", "slug", "name"],
        "properties": {
            "kind": {"type": "string", "description": "Kind of the linked record."},
            "slug": {"type": "string", "description": "Identifier of the linked record."},
            "name": {"type": "string", "nullable": True, "description": "Display name."},
        },
    }
)
class LinkOfOne(Rendered):
    """The one record that a row points at, of several kinds; a row whose record is not published is left out."""

    needed = True

    def __init__(self, *kinds: str, **kwargs: Any) -> None:
        """Name the foreign keys of which exactly one is set."""
        super().__init__(**kwargs)
        self.kinds = kinds

    def to_representation(self, row: Any) -> Any:
        """Find the one that is set."""
        for kind in self.kinds:
            other = getattr(row, kind)
            if other is not None:
                name = getattr(other, other.label_field)
                return {"kind": kind, "slug": other.slug, "name": name} if is_published(other) else None
        return None
