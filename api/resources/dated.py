"""Rows that hold for a time, as the records on both ends of them show them."""

from rest_framework import serializers

from api.resources.fields import Linked, PartialDate
from registry.models import Organization
from registry.models.dated import Dated, Shared

DATES = ("start", "end", "as_of")


_HELP = {field.name: str(field.help_text) for model in (Dated, Shared) for field in model._meta.concrete_fields}


def _date(name: str) -> PartialDate:
    return PartialDate(allow_null=True, help_text=_HELP[name])


class DatedItem(serializers.Serializer):  # type: ignore[type-arg]
    """Since when and until when a row holds, and for which date a source states it."""

    start = _date("start")
    end = _date("end")
    as_of = _date("as_of")


class SharedItem(DatedItem):
    """A row that may state a share."""

    share_pct = serializers.DecimalField(max_digits=7, decimal_places=4, allow_null=True, help_text=_HELP["share_pct"])


class MembershipItem(DatedItem, Linked):
    """An organization of which the record is a member."""

    class Meta:
        model = Organization
        through = "group"
        fields = ("slug", "name", *DATES)
