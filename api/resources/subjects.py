"""What findings and gaps are about."""

from rest_framework import serializers

from api.resources.children import LinkOfOne
from api.resources.fields import PublishedList
from registry.kinds import SUBJECTS


class SubjectItem(serializers.Serializer):  # type: ignore[type-arg]
    """What a finding or a gap is about."""

    about = LinkOfOne(*SUBJECTS, help_text="The record.")

    class Meta:
        list_serializer_class = PublishedList
