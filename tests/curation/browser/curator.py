"""Somebody at a page of the admin, whose actions are counted."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore

from tests.explorer.browser.watched import Watched


class Curator:
    """Somebody at a page, whose actions are counted: a click, a key, a text typed or pasted, a choice in a list."""

    def __init__(self, visit: Watched) -> None:
        """Begin at the page that is open."""
        self.visit, self.page, self.actions = visit, visit.page, 0

    def click(self, on: str, page: Any = None) -> None:
        self.actions += 1
        (page or self.page).locator(on).first.click()

    def write(self, into: str, text: str, page: Any = None) -> None:
        self.actions += 1
        (page or self.page).locator(into).fill(text)

    def choose(self, of: str, value: str) -> None:
        self.actions += 1
        self.page.locator(of).select_option(value)

    def find(self, of: str, text: str) -> None:
        """Open a list that is searched while one types, type, and take the first that is found."""
        self.click(f"{of} + .select2-container")
        self.write(".select2-search__field", text)
        self.page.locator(".select2-results__option--highlighted").filter(has_not_text="Searching").wait_for()
        self.actions += 1
        self.page.keyboard.press("Enter")

    def go(self, address: str) -> None:
        """Open another page, which is no step of a task; count from there."""
        self.page.goto(self.visit.site + address)
        self.actions = 0


def account(name: str, *roles: str) -> Any:
    """Return the account of a name with its roles, or of a superuser without any."""
    users: Any = get_user_model()._default_manager
    user, is_new = users.get_or_create(username=name, defaults={"is_staff": True, "is_superuser": not roles})
    if is_new:
        user.groups.set(Group.objects.filter(name__in=roles))
    return user


def signed_in(user: Any) -> dict[str, Any]:
    """Return what a browser keeps of somebody who has signed in: the page of the sign-in is tested elsewhere."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.create()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "domain": "localhost", "path": "/admin/"}
    kept = {**cookie, "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    return json.loads(json.dumps({"cookies": [kept], "origins": []}))  # type: ignore[no-any-return]
