"""The forms of a file that is uploaded: which file, of which kind, how it is to be read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from imports import limits
from imports.kinds import KINDS
from imports.source_file import GENERIC
from registry.models import ImportUpload

#: Ends a mapping's text as a file does.
_MAPPING_KB = limits.MAPPING_BYTES // 2**10


def kind_choices() -> list[tuple[str, str]]:
    """List the kinds of files, any table first."""
    return [
        (GENERIC, gettext("Any table: recognised by its columns, or mapped")),
        *((kind.name, f"{kind.title} ({kind.name})") for kind in KINDS.values()),
    ]


class ReadingForm(forms.Form):
    """How a file is to be read, and what becomes of new records."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of file"), choices=kind_choices)
    encoding = forms.RegexField(
        r"^[A-Za-z0-9._-]*$",
        label=gettext_lazy("Encoding"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Detected automatically. State it (cp1251, koi8-r …) if letters look wrong."),
        error_messages={
            "invalid": gettext_lazy("An encoding consists of letters, digits, dots and hyphens, for example cp1251.")
        },
    )
    srid = forms.IntegerField(
        label=gettext_lazy("EPSG number"),
        min_value=1,
        max_value=999_999,
        required=False,
        help_text=gettext_lazy("EPSG number of the coordinates, if not WGS 84 (4326)."),
    )
    layer = forms.CharField(
        label=gettext_lazy("Sheet or layer"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "If left empty, the visible sheet with the table of records; it is reported. Name a hidden sheet to read it."
        ),
    )
    publish = forms.TypedChoiceField(
        label=gettext_lazy("New records"),
        choices=[("1", gettext_lazy("are published")), ("0", gettext_lazy("stay drafts"))],
        coerce=lambda text: text == "1",
        initial="1",
        widget=forms.RadioSelect,
    )

    def keep(self, upload: ImportUpload) -> None:
        """Put what was stated into the row of a file."""
        for name in ("kind", "encoding", "layer", "publish"):
            setattr(upload, name, self.cleaned_data[name])
        upload.srid = self.cleaned_data["srid"]


class BringForm(ReadingForm):
    """A file, and perhaps its mapping."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=1000, error_messages={"required": gettext_lazy("Choose a file.")}
    )
    mapping_file = forms.FileField(label=gettext_lazy("Mapping file (YAML)"), required=False, max_length=1000)

    def clean_mapping_file(self) -> str:
        """Read the mapping as text."""
        given = self.cleaned_data["mapping_file"]
        if not given:
            return ""
        if given.size > limits.MAPPING_BYTES:
            raise ValidationError(gettext("A mapping file can have at most %(mapping_kb)s kB.") % {"mapping_kb": _MAPPING_KB})
        return _plain(given.read())

    def clean(self) -> dict[str, Any]:
        """Ensure that a kind with a mapping of its own gets no other."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("mapping_file") and cleaned.get("kind") not in (None, GENERIC):
            self.add_error("mapping_file", gettext("This kind has its own mapping; choose “Any table” to use yours."))
        return cleaned


class MappingForm(ReadingForm):
    """How a file that was uploaded is to be read, with the mapping as it may be edited."""

    mapping = forms.CharField(
        label=gettext_lazy("Mapping"),
        required=False,
        strip=False,
        max_length=limits.MAPPING_BYTES,
        widget=forms.Textarea,
        help_text=gettext_lazy("The meaning of each column, as YAML. If empty, it is guessed again."),
    )

    def keep(self, upload: ImportUpload) -> None:
        """Put what was stated into the row of a file."""
        super().keep(upload)
        text = self.cleaned_data["mapping"].replace("\r\n", "\n")
        upload.mapping = text if upload.kind == GENERIC else ""


def _plain(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(gettext("A mapping file must be UTF-8 text.")) from error
    if "\x00" in text:
        raise ValidationError(gettext("A mapping file must not contain null characters."))
    return text.replace("\r\n", "\n")
