"""Signing in: guessing is slowed down and logged, sessions end, and what was typed meanwhile is not lost."""

import logging
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from config.addresses import client_address
from config.sessions import BEGAN, SEEN
from curation.signing import throttle
from registry.models import Deposit, SignIn
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in

pytestmark = pytest.mark.django_db
RIGHT, WRONG = "tundra kettle violin", "wrong"
HERE, THERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def vera() -> Any:
    return get_user_model()._default_manager.create_superuser("vera", password=RIGHT)


def sign_in(password: str, name: str = "vera", address: str = HERE, client: Client | None = None, **more: str) -> Any:
    given = {"username": name, "password": password, "next": "/admin/", **more}
    return (client or Client()).post("/admin/login/", given, REMOTE_ADDR=address)


def age(by: timedelta) -> None:
    SignIn.objects.update(at=timezone.now() - by)


def test_guessing_at_an_account_is_slowed_down_and_logged(vera: Any, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "registry.signin")
    for _ in range(throttle.AT_ACCOUNT_FROM_ADDRESS):
        assert sign_in(WRONG).status_code == 200
    for name in ("vera", "VERA"):
        refused = sign_in(RIGHT, name)
        assert refused.status_code == 429 and 800 < int(refused["Retry-After"]) <= 900
        assert "Too many wrong passwords. Wait 15 minutes" in refused.content.decode()
    assert sign_in(RIGHT, address=THERE).status_code == 302, "nobody keeps the owner out from elsewhere"
    age(throttle.WINDOW + timedelta(seconds=1))
    assert sign_in(RIGHT).status_code == 302
    assert SignIn.objects.filter(succeeded=False).count() == 0 and "vera" not in str(list(SignIn.objects.values_list()))
    told = [(r.levelname, r.getMessage(), r.account) for r in caplog.records]  # type: ignore[attr-defined]
    assert told[0] == ("WARNING", "sign-in failed", "vera") and ("WARNING", "sign-in turned away", "vera") in told
    assert told[-1] == ("INFO", "sign-in succeeded", "vera")
    sign_in(WRONG, "my password by mistake")
    assert caplog.records[-1].account == "(unknown)"  # type: ignore[attr-defined]


def test_slips_before_a_right_password_are_forgotten(vera: Any) -> None:
    for _ in range(3):
        for _ in range(throttle.AT_ACCOUNT_FROM_ADDRESS - 1):
            sign_in(WRONG)
        assert sign_in(RIGHT).status_code == 302


def test_one_address_guesses_at_few_accounts(vera: Any) -> None:
    for number in range(throttle.FROM_ADDRESS):
        sign_in(WRONG, f"somebody-{number}", f"2001:db8::{number:x}")
    assert sign_in(RIGHT, address="2001:db8::ffff").status_code == 429, "a /64 is one client"
    assert sign_in(RIGHT, address="2001:db8:0:1::1").status_code == 302


def test_many_addresses_cannot_keep_the_owner_out(vera: Any) -> None:
    assert sign_in(RIGHT).status_code == 302
    for number in range(throttle.AT_ACCOUNT):
        sign_in(WRONG, address=f"192.0.2.{number}")
    assert sign_in(RIGHT, address=THERE).status_code == 429, "from anywhere, few guesses are listened to"
    assert sign_in(RIGHT).status_code == 302, "from where the owner signs in, the owner may"
    age(throttle.KNOWN_FOR + timedelta(seconds=1))
    sign_in(WRONG)
    assert not SignIn.objects.filter(succeeded=True).exists()


def test_the_old_password_is_not_guessed_with_a_found_session(vera: Any) -> None:
    client = Client()
    client.force_login(vera)
    new = {"new_password1": "violin tundra lamp", "new_password2": "violin tundra lamp"}
    for _ in range(throttle.AT_ACCOUNT_FROM_ADDRESS):
        assert client.post("/admin/password_change/", {"old_password": WRONG, **new}).status_code == 200
    assert "Too many wrong" in client.post("/admin/password_change/", {"old_password": RIGHT, **new}).content.decode()


@pytest.mark.parametrize(
    ("proxies", "caller", "forwarded", "address"),
    [
        (0, "10.0.0.1", "203.0.113.9", "10.0.0.1"),
        (1, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1", "", "10.0.0.1"),
        (1, "", "[2001:db8::1]:443", "2001:db8::1"),
        (1, "10.0.0.1", "203.0.113.9:1234", "203.0.113.9"),
        (1, "10.0.0.1", "<script>", "10.0.0.1"),
        (0, "", "", ""),
    ],
)
def test_a_forwarded_address_is_believed_from_trusted_proxies_alone(
    proxies: int, caller: str, forwarded: str, address: str
) -> None:
    assert client_address({"REMOTE_ADDR": caller, "HTTP_X_FORWARDED_FOR": forwarded}, proxies) == address


def test_every_log_line_of_a_request_has_its_address(vera: Any, settings: Any) -> None:
    from config.logs import JsonLines

    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    settings.TRUSTED_PROXIES = 1
    handler = Keep()
    handler.setFormatter(JsonLines())
    loggers = [logging.getLogger(name) for name in ("registry.requests", "registry.signin")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        Client().post("/admin/login/", {"username": "vera", "password": WRONG}, headers={"X-Forwarded-For": THERE})
        Client().get("/healthz", headers={"X-Forwarded-For": f"6.6.6.6, {THERE}"})
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
    assert len(lines) == 3 and all(f'"address":"{THERE}"' in line for line in lines), lines


def test_a_session_ends_without_work_and_after_a_day(admin: Curator, settings: Any) -> None:
    for key, old, is_over in (
        (SEEN, settings.SESSION_IDLE_SECONDS + 5, True),
        (SEEN, settings.SESSION_IDLE_SECONDS - 60, False),
        (BEGAN, settings.SESSION_COOKIE_AGE + 5, True),
    ):
        admin.force_login(admin.user)
        assert admin.get("/admin/").status_code == 200
        session = admin.session
        session[key] -= old
        session.save()
        admin.get("/admin/registry/importrun/task/1/state.json") if not is_over else None
        assert admin.session.get(key) == session[key], "what a page asks by itself is no work"
        assert admin.get("/admin/").status_code == (302 if is_over else 200)
        assert is_over or admin.session[key] > session[key]


class _Hidden(HTMLParser):
    """Reads the fields of the form that sends again."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields.setdefault(str(given["name"]), []).append(given.get("value") or "")


def test_what_was_typed_is_kept_when_the_sign_in_had_ended(vera: Any) -> None:
    deposit = records.deposit(name="Kutessay")
    page = kinds.address(deposit)
    client = Curator(enforce_csrf_checks=True)
    client.force_login(vera)
    typed = {**client.open(page).data, "description": "Long & <typed>\nfor an hour", "_reason": "typed", "_save": "Save"}
    client.session.flush()
    refused = client.post(page, typed)
    kept = _Hidden(refused.content.decode()).fields["_kept"][0]
    assert refused.status_code == 403 and "Your input is kept" in refused.content.decode()
    wrong = client.post("/admin/login/", {**_login(refused, client), "password": WRONG, "_kept": kept})
    assert wrong.status_code == 200 and _Hidden(wrong.content.decode()).fields["_kept"] == [kept]
    again = client.post("/admin/login/", {**_login(wrong, client), "password": RIGHT, "_kept": kept})
    fields = _Hidden(again.content.decode()).fields
    assert (
        again.status_code == 200
        and "not saved yet" in again.content.decode().lower()
        and "&lt;typed&gt;" in again.content.decode()
    )
    assert not Deposit.objects.exclude(description="").exists(), "a person sends it"
    assert client.post(page, {name: values for name, values in fields.items() if values}).status_code == 302
    assert Deposit.objects.get().description.splitlines() == ["Long & <typed>", "for an hour"]


def _login(response: Any, client: Client) -> dict[str, str]:
    token = _Hidden(response.content.decode()).fields["csrfmiddlewaretoken"][0]
    return {"username": "vera", "next": "/admin/registry/", "csrfmiddlewaretoken": token}


def test_nothing_is_kept_that_is_forged_large_or_secret(vera: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/admin/registry/deposit/add/", {"name": "x"}).status_code == 403, "no token, no keeping"
    client = Client()
    assert "_kept" not in client.post("/admin/auth/user/add/", {"username": "x", "password1": "secret"}).content.decode()
    assert client.post("/admin/registry/deposit/add/", {"name": "x" * 1_000_001}).status_code == 302
    assert sign_in(RIGHT, client=client, _kept="forged").status_code == 302


def test_a_form_from_before_the_last_sign_in_can_be_sent_again(vera: Any) -> None:
    page = kinds.address(records.deposit(name="Kutessay"))
    client = Curator(enforce_csrf_checks=True)
    client.force_login(vera)
    typed = {"name": "Kutessay II", "_reason": "typed", "_save": "Save", "csrfmiddlewaretoken": "x" * 64}
    old = {**client.open(page).data, **typed}
    foreign = client.post(page, old, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403 and "Kutessay II" not in foreign.content.decode()
    asked = client.post(page, old, headers={"Origin": "http://testserver"})
    fields = _Hidden(asked.content.decode()).fields
    assert asked.status_code == 403 and fields["name"] == ["Kutessay II"]
    assert client.post(page, fields, headers={"Origin": "http://testserver"}).status_code == 302
    assert Deposit.objects.get().name == "Kutessay II"


def test_a_stranger_to_the_admin_sends_nothing_again(db: None) -> None:
    stranger = signed_in("sam")
    assert stranger.post("/admin/registry/deposit/add/", {"name": "x"}).status_code == 403
