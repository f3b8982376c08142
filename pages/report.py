"""“Report an error”: a form without an account, limits against floods, and a public status of each report."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, gettext_lazy

from api.errors import Throttled
from api.resources.resource import Resource, resource_named
from api.rest.views import fetch_record
from pages.addresses import page_of
from pages.facts import fields_of
from pages.labels import label_of
from pages.names import own_name
from registry.models import Report
from registry.models.reports import LONGEST, SHORTEST

#: Reports that are taken within an hour: of one sender, and of all together.
FROM_SENDER, FROM_ALL = 5, 200
#: Reports that wait; beyond them curators read first.
MOST_WAITING = 2_000
_HOUR = timedelta(hours=1)
_KEEP_OUT = ("slug", "uid", "version", "updated_at", "created_at", "published_at")


class ReportForm(forms.Form):
    """What a reader fills in; `website` is for programs that fill in everything, and people see it only if they have, too."""

    field = forms.ChoiceField(label=gettext_lazy("What is wrong"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What is wrong with it, and what would be right"),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = forms.URLField(
        label=gettext_lazy("Where the right value is published (address of a page)"),
        required=False,
        max_length=1000,
        assume_scheme="https",
    )
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail, if we may ask back (never shown)"), required=False, max_length=254
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, resource: Resource, *args: Any, **kwargs: Any) -> None:
        """Offer the fields of the record."""
        super().__init__(*args, **kwargs)
        named = [(name, label_of(name)) for name, _ in fields_of(resource) if name not in _KEEP_OUT]
        self.fields["field"].choices = [("", gettext("The record as a whole")), *named]  # type: ignore[attr-defined]

    def clean_website(self) -> str:
        """Refuse what a program filled in; a browser may do it for a person, who then sees the field and can empty it."""
        if self.cleaned_data["website"]:
            del self.fields["website"].widget.attrs["tabindex"]
            raise forms.ValidationError(
                gettext("Something was filled in here, as programs do. Empty the field and send again.")
            )
        return ""


def keep(request: HttpRequest, resource: Resource, record: dict[str, Any], given: dict[str, Any]) -> Report:
    """Keep a report. Raises Throttled."""
    given.pop("website")
    sender = salted_hmac("registry.reports", request.client_address).hexdigest()[:32]  # type: ignore[attr-defined]
    lately = Report.objects.filter(created_at__gt=timezone.now() - _HOUR)
    if lately.filter(sender=sender).count() >= FROM_SENDER:
        raise Throttled(gettext("You have sent several reports within the hour. Wait a while before the next one."))
    if lately.count() >= FROM_ALL or Report.objects.filter(state="waiting").count() >= MOST_WAITING:
        raise Throttled(gettext("Many reports have come in. Please try again tomorrow."))
    return Report.objects.create(kind=resource.name, record=UUID(record["uid"]), slug=record["slug"], sender=sender, **given)


def status(request: HttpRequest, token: UUID) -> dict[str, Any]:
    """Return what the sender of a report may see of it; raises Http404."""
    report = Report.objects.filter(token=token).first()
    if report is None:
        raise Http404
    resource = resource_named(report.kind)
    raw = fetch_record(resource, report.slug, None, whole=False)
    # A record that readers no longer see is called by its slug, which the sender knows.
    document = orjson.loads(raw[0]) if raw else {}
    title = str(document.get(resource.model.label_field) or report.slug)  # type: ignore[attr-defined]
    return {
        "report": report,
        "state": gettext(report.get_state_display()),
        "label": label_of(report.field) if report.field else "",
        "record_href": page_of(resource, report.slug),
        "title": own_name(resource.kind, report.slug, title),
    }


def sent(report: Report) -> HttpResponse:
    """Lead to the status of a report."""
    return HttpResponseRedirect(reverse("pages:report-status", args=[report.token]))
