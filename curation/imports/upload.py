"""The page “Load a file”: uploads a file, stores it, and starts the preview."""

import errno
import os
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from curation.imports.forms import BringForm
from curation.imports.progress import task_address
from imports import limits
from imports.errors import ImportRefused
from imports.kinds import KINDS
from imports.tasks.launch import task_start
from imports.tasks.storage import harmless_name, store
from registry.models import ImportUpload
from registry.vocabularies import TaskKind

_MEGABYTES = limits.UPLOAD_BYTES // 2**20


def bring(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show the form; take the file that was sent, and start looking at it."""
    form = BringForm(request.POST or None, request.FILES or None)
    problem = ""
    if request.method == "POST":
        if getattr(request, "registry_too_large", False):
            form.errors.pop("file", None)
            problem = gettext(
                "This file is larger than %(megabytes)s MB. Load it with the command line: ./run manage load …"
            ) % {"megabytes": _MEGABYTES}
        elif getattr(request, "registry_no_room", False):
            form.errors.pop("file", None)
            problem = gettext("The file could not be stored: %(strerror)s. Free some space and try again.") % {
                "strerror": os.strerror(errno.ENOSPC)
            }
        elif form.is_valid():
            try:
                return _take(request, form)
            except OSError as error:
                problem = gettext("The file could not be stored: %(value)s. Free some space and try again.") % {
                    "value": error.strerror or "the disk reported an error"
                }
            except ImportRefused as error:
                problem = str(error)
    context |= {
        "title": gettext("Load a file"),
        "form": form,
        "problem": problem,
        "most": _MEGABYTES,
        "kinds": KINDS.values(),
    }
    return TemplateResponse(request, "curation/imports/bring.html", context)


def _take(request: HttpRequest, form: BringForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    upload = ImportUpload(user=request.user, file_name=harmless_name(file.name), mapping=form.cleaned_data["mapping_file"])  # type: ignore[misc]
    form.keep(upload)
    store(upload, file.chunks())
    return HttpResponseRedirect(task_address(task_start(kind=TaskKind.LOOK, user=request.user, upload=upload)))
