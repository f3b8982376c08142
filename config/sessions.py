"""How long somebody stays signed in: not beyond a time without work, and not beyond a day's work."""

import logging
import time

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from config.admin_only import AdminOnly

log = logging.getLogger("registry.signin")
BEGAN, SEEN = "registry_began", "registry_seen"
#: The language that somebody has chosen for the admin.
LANGUAGE = "registry_language"
#: The session is written again at most so often, and not by a page that asks for news by itself.
_EVERY_SECONDS = 60
_ASKS_BY_ITSELF = "/state.json"


class SessionTimes(AdminOnly, MiddlewareMixin):
    """End a session of the admin that nobody used for long, or that is old."""

    def process_request(self, request: HttpRequest) -> None:
        """Let the request be nobody's in particular if the session is over."""
        if SESSION_KEY in request.session:
            self._look_at(request)

    def _look_at(self, request: HttpRequest) -> None:
        session, now = request.session, int(time.time())
        began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
            log.info("session ended", extra={"account_id": session[SESSION_KEY], "idle_seconds": now - seen})
            session.flush()
        elif now - seen >= _EVERY_SECONDS and not request.path.endswith(_ASKS_BY_ITSELF):
            session[SEEN] = now
