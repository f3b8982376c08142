"""Trials: a change is written, looked at, and rolled back. What is read in one goes into no cache."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import pghistory
from django.db import transaction

#: A trial carries this in the context of the history, so that no rule asks who may make it public.
TRIAL = "trial"
_trying: ContextVar[bool] = ContextVar("trying", default=False)


def is_trial() -> bool:
    """Return whether what is read now is for no cache: it may be rolled back, or is of another moment."""
    return _trying.get()


@contextmanager
def apart() -> Iterator[None]:
    """Read something in a snapshot of its own, which may be older than what others read: it goes into no cache."""
    token = _trying.set(True)
    try:
        yield
    finally:
        _trying.reset(token)


@contextmanager
def trial(user: Any = None) -> Iterator[None]:
    """Do something in a transaction that is always rolled back."""
    by = {"user": user.pk} if user is not None else {}
    token = _trying.set(True)
    try:
        with pghistory.context(**by, **{TRIAL: True}) as context:
            try:
                with transaction.atomic():
                    yield
                    transaction.set_rollback(True)
            finally:
                # The context of a request outlives the trial.
                context.metadata.pop(TRIAL, None)
    finally:
        _trying.reset(token)
