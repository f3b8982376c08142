"""Replays a proposal through the page of its record, as if the record's form had been filled in and sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.db import DataError, IntegrityError, connection, transaction
from django.forms.formsets import all_valid
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from curation.attempt import ATTEMPT
from curation.guard import VERSION, lock, version_of
from curation.proposals.content import Content, FieldItem, Item, overlaid, place_of
from curation.proposals.posted import posted
from registry.curation import CurationError
from registry.refusals import Refusal
from registry.trial import trial


class ReplayRefused(CurationError):
    """A change that the form or the database refuses now; the message says why."""


@dataclass(frozen=True)
class OpenedForm:
    """The form of a record with its rows, and what a browser would send for it."""

    form: Any
    formsets: list[Any]

    @cached_property
    def data(self) -> QueryDict:
        """Return what a browser would send if nobody touched it."""
        return posted(self.form, self.formsets)

    def formset(self, prefix: str) -> Any:
        """Return the rows of a prefix; None if the page has none."""
        return next((one for one in self.formsets if one.prefix == prefix), None)

    def has(self, item: Item) -> bool:
        """Return whether the form still has the field, or the row with its fields, that a change names."""
        if isinstance(item, FieldItem):
            return item.name in self.form.fields
        formset = self.formset(item.prefix)
        if formset is None or not item.now.keys() <= formset.form.base_fields.keys():
            return False
        return item.done == "added" or place_of(self.data, item) is not None


def as_sent(request: HttpRequest, data: QueryDict | None) -> HttpRequest:
    """Return a request of the same person that opens the page, or that sends its form."""
    made = copy(request)
    vars(made).pop(ATTEMPT, None)
    made.method = "GET" if data is None else "POST"
    made._post, made._files = data or QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    # The request from which it is made was checked.
    made._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return made


def held(page: Any, key: int) -> Any:
    """Lock a record as its form loads it, without its documents; None if it is gone."""
    record = page.model._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if record is not None:
        lock(record)
    return record


def opened(page: Any, request: HttpRequest, record: Any, data: QueryDict | None = None) -> OpenedForm:
    """Open the form of a record, or fill it in with what would be sent."""
    made = as_sent(request, data)
    fields = flatten_fieldsets(page.get_fieldsets(made, record))
    form_class = page.get_form(made, record, change=True, fields=fields)
    form = form_class(instance=record) if data is None else form_class(data, made.FILES, instance=record)
    formsets, _ = page._create_formsets(made, record if data is None else form.instance, change=True)
    return OpenedForm(form, formsets)


def filled_in(page: Any, request: HttpRequest, record: Any, content: Content) -> QueryDict:
    """Return what a browser would send for the record as it is now, with the changes of a proposal."""
    data = overlaid(opened(page, request, record).data, content)
    data[VERSION] = str(version_of(record))
    return data


def replay(page: Any, request: HttpRequest, record: Any, content: Content) -> None:
    """Write the changes into a record that is locked, with all its rows; raises ReplayRefused."""
    data = filled_in(page, request, record, content)
    sent = opened(page, request, record, data)
    valid = sent.form.is_valid()
    if not (all_valid(sent.formsets) and valid):
        raise ReplayRefused(" ".join(dict.fromkeys(_errors(sent))))
    made = as_sent(request, data)
    try:
        with transaction.atomic():
            page.save_model(made, page.save_form(made, sent.form, change=True), sent.form, True)
            page.save_related(made, sent.form, sent.formsets, True)
            connection.check_constraints()
    except (IntegrityError, DataError) as error:
        raise ReplayRefused(Refusal.of(error).message) from error


def _errors(sent: OpenedForm) -> Iterator[str]:
    for form in (sent.form, *(one for formset in sent.formsets for one in formset.forms)):
        for name, messages in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            yield from (f"{label}: {message}" if label else str(message) for message in messages)
    for formset in sent.formsets:
        yield from map(str, formset.non_form_errors())


@contextmanager
def tried(page: Any, request: HttpRequest, key: int, content: Content) -> Iterator[Any]:
    """Write the changes, let the caller look at the result, and roll everything back; raises ReplayRefused."""
    with trial(request.user):
        record = held(page, key)
        if content:
            replay(page, request, record, content)
        yield record
