"""Which form field a column gets in the admin."""

import re
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst

from curation.forms.choices import RecordChoiceField, RecordSelect
from curation.forms.location import PlaceField
from curation.forms.texts import LinesField, StatedValueField
from curation.labels import field_label
from curation.light import labelled
from registry.fields import PartialDateField


class RegistryFields(admin.options.BaseModelAdmin):
    """Records are chosen while one types; shapes have maps; lists go by lines; dates may be partial."""

    formfield_overrides: ClassVar[Any] = {
        GeometryField: {"form_class": PlaceField},
        ArrayField: {"form_class": LinesField},
        models.JSONField: {"form_class": StatedValueField},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})},
        models.URLField: {"assume_scheme": "https"},
        models.FloatField: {"widget": forms.NumberInput(attrs={"step": "any", "class": "vNumberField"})},
        PartialDateField: {
            "widget": forms.TextInput(
                attrs={"class": "vPartialDate", "placeholder": "YYYY[-MM[-DD]]", "size": 10, "autocomplete": "off"}
            )
        },
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Say things as curators do: “empty” where programs say null."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.label = capfirst(field_label(db_field))
            field.help_text = re.sub(r"\bnull\b", "empty", str(field.help_text)).replace("`", "")
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Choose records by typing, whatever their table's size."""
        if self.admin_site.is_registered(db_field.remote_field.model):
            kwargs.setdefault("form_class", RecordChoiceField)
            kwargs.setdefault("widget", RecordSelect(db_field, self.admin_site))
            kwargs.setdefault("queryset", labelled(db_field.remote_field.model))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
