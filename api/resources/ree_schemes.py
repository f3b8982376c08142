"""Schemes by which authorities divide the rare earths."""

from rest_framework import serializers

from api.filters.linked import ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem
from api.resources.fields import Linked, Model
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Citation, Commodity, ReeScheme, ReeSchemeClass


class ElementClassItem(Linked):
    """An element and the class that the scheme gives to it."""

    ree_class = serializers.CharField(help_text="Light, middle, heavy or neither.")

    class Meta:
        model = Commodity
        through = "element"
        fields = ("slug", "name", "ree_class")


class ReeSchemeSummary(CitedSummary):
    """A scheme as a list shows it."""

    classes = ElementClassItem(many=True, help_text="The elements that it classes; it says nothing of the others.")

    class Meta:
        model = ReeScheme
        fields = ("slug", "uid", "name", "note", "classes", "version", "updated_at")


class ReeSchemeDetail(Model):
    """What a single scheme shows beyond the list."""

    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = ReeScheme
        fields = ("external_ids", "citations", "created_at", "published_at")


class ReeSchemeFilters(CitedFilters):
    """What lists of schemes can be asked for."""

    element = ThroughFilter(ReeSchemeClass, "scheme", "element", help="Element that it classes, by its symbol.", example="Eu")
    source = ThroughFilter(
        Citation, "ree_scheme", "source", where={"ree_scheme__isnull": False}, help="Cited source, by its slug."
    )


register(
    Resource(
        name="ree-schemes",
        kind="ree_scheme",
        model=ReeScheme,
        summary=ReeSchemeSummary,
        detail=ReeSchemeDetail,
        filters=ReeSchemeFilters,
        orders=("id", "name", "independent_sources", "updated_at"),
        search=(),
        example_slug="usgs",
        description="Divisions of the rare earths into light, middle and heavy, each with its authority; authorities disagree.",
    )
)
