"""The public page that the record of a row will have, made from a trial that is rolled back."""

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from curation.public_page import public_page
from imports.errors import ImportRefused
from imports.trial import tried
from registry.models import ImportRow, ImportRun
from registry.vocabularies import ImportState


def shown_page(request: HttpRequest, run: ImportRun) -> HttpResponse:
    """Write a row of a checked import, make the page of its record, and roll both back."""
    given = request.GET.get("row", "")
    row = int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0
    if run.state != ImportState.CHECKED or not ImportRow.objects.filter(run=run, pk=row).exists():
        raise Http404(gettext("There is no such row in a checked import."))
    try:
        with tried(run, [row], request.user) as found:
            if found:
                return public_page(request, found[0].record)
        problem = gettext("There is no preview of this row: it changes no record.")
    except (ImportRefused, DatabaseError) as error:
        busy = gettext("There is no preview of records: the registry is being changed.")
        problem = str(error) if isinstance(error, ImportRefused) else busy
    messages.warning(request, problem)
    return HttpResponseRedirect(reverse("admin:registry_importrun_change", args=[run.pk]))
