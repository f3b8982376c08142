"""Notes on a record: written, read, and the mentions in them seen."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from curation.labels import label
from registry.curation import CurationError, permission_name
from registry.kinds import kind_of_model
from registry.models import NoteMention, RecordNote
from registry.models.notes import LONGEST_NOTE

_MENTION = re.compile(r"(?<![\w@])@([\w.+-]{1,150})")
#: So many notes are shown on the page of a record, and people are written to by one.
_SHOWN, _MOST_MENTIONS = 50, 20


def notes_on(record: Any, reader: Any) -> list[RecordNote]:
    """Return the notes on a record, oldest first; what mentions the reader counts as seen."""
    rows = RecordNote.objects.filter(kind=_kind(record), record_id=record.pk)
    found = list(rows.select_related("by").order_by("-id")[:_SHOWN])[::-1]
    if found:
        NoteMention.objects.filter(note__in=rows, user=reader.pk, seen_at=None).update(seen_at=timezone.now())
    return found


@transaction.atomic
def note_add(*, record: Any, user: Any, text: str, address: str = "") -> RecordNote:
    """Add a note, and tell those whom it mentions; raises CurationError."""
    text = text.strip()
    if not text or len(text) > LONGEST_NOTE or "\x00" in text:
        raise CurationError(
            gettext("Write a note of 1 to %(longest_note)s characters, none of them a null character.")
            % {"longest_note": f"{LONGEST_NOTE:,}"}
        )
    note = RecordNote.objects.create(kind=_kind(record), record_id=record.pk, text=text, by=user)
    names = [name.rstrip(".") for name in _MENTION.findall(text)][:_MOST_MENTIONS]
    people = get_user_model()._default_manager.filter(username__in=names, is_active=True, is_staff=True).exclude(pk=user.pk)
    view = permission_name(type(record), "view")
    readers = [person for person in people if person.has_perm(view)]
    mentions = NoteMention.objects.bulk_create([NoteMention(note=note, user=person) for person in readers])
    addresses = [one.user.email for one in mentions if one.user.email]
    if addresses and getattr(settings, "MAIL_IS_CONFIGURED", False):
        said = gettext("%(user)s mentions you: %(record)s") % {"user": user, "record": label(record)}
        subject = said.replace("\n", " ")[:200]
        transaction.on_commit(lambda: _send(subject, f"{text}\n\n{address}", addresses))
    return note


def _send(subject: str, text: str, addresses: list[str]) -> None:
    # A note is kept whether or not a mail server is there.
    for address in addresses:
        send_mail(subject, text, None, [address], fail_silently=True)


def _kind(record: Any) -> str:
    kind = kind_of_model(type(record))
    assert kind is not None
    return kind.name
