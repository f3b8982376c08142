"""Queries that every caller may ask of a table of records."""

from typing import Self

from django.db import models

from registry.vocabularies import RecordStatus


class RecordQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Records, without the documents that are rendered for readers."""

    def published(self) -> Self:
        """Keep the public records."""
        return self.filter(record_status=RecordStatus.PUBLISHED)


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """The way to records for curators and imports."""

    def get_queryset(self) -> RecordQuerySet:
        """Leave in the database what is large and seldom wanted: rendered documents, shapes of countries."""
        return super().get_queryset().defer("document", "geometry_document", *self.model.large)  # type: ignore[no-any-return]
