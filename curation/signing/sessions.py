"""Ends the sessions of an account in other browsers."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone


def end_sessions_of(account: Any, but: str | None = None) -> int:
    """End the sessions of an account, all but one; returns how many. Curators are few, and so are their sessions."""
    present = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but or "")
    theirs = [one.pk for one in present.iterator() if str(one.get_decoded().get(SESSION_KEY)) == str(account.pk)]
    Session.objects.filter(pk__in=theirs).delete()
    return len(theirs)
