"""The second factor: set up, asked for, counted, lost."""

from base64 import b32decode
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db
PAGE, SIGN_IN, PASSWORD = "/admin/second-factor/", "/admin/login/", "long-enough-1"


def code_now(secret: str) -> str:
    return f"{totp(b32decode(secret.replace(' ', ''))):06d}"


def set_up(curator: Curator) -> tuple[str, list[str]]:
    context: Any = curator.get(PAGE).context_data
    assert "<svg" in context["picture"]
    done: Any = curator.post(PAGE, {"_set_up": "1", "password": PASSWORD, "code": code_now(context["secret"])})
    assert len(done.context_data["codes"]) == 10, done.context_data["problem"]
    # A code works once: the next sign-in would have to wait for the next one.
    TOTPDevice.objects.update(last_t=-1)
    return context["secret"], done.context_data["codes"]


def sign_in(name: str, code: str | None = None) -> Any:
    sent = {"username": name, "password": PASSWORD} | ({"code": code} if code is not None else {})
    return Client().post(SIGN_IN, sent)


def test_nothing_is_asked_for_where_it_is_off(editor: Curator) -> None:
    assert editor.get(PAGE).status_code == 404 and 'name="code"' not in Client().get(SIGN_IN).content.decode()
    assert sign_in("edda").status_code == 302


def test_a_second_factor_is_set_up_and_asked_for(editor: Curator, admin: Curator, settings: Any) -> None:
    settings.SECOND_FACTOR = "optional"
    assert sign_in("edda").status_code == 302, "who has none needs none"
    shown: Any = editor.get(PAGE)
    wrong = editor.post(PAGE, {"_set_up": "1", "password": "wrong", "code": code_now(shown.context_data["secret"])})
    assert "password is wrong" in wrong.content.decode()
    assert "not the present one" in editor.post(PAGE, {"_set_up": "1", "password": PASSWORD, "code": "000000"}).content.decode()
    secret, codes = set_up(editor)
    assert secret not in editor.get(PAGE).content.decode() and codes[0] not in editor.get(PAGE).content.decode()
    for code in (None, "", "000000", "abc"):
        refused = sign_in("edda", code)
        assert refused.status_code == 200 and "recovery code" in refused.content.decode()
    present = code_now(secret)
    assert sign_in("edda", present).status_code == 302
    assert sign_in("edda", present).status_code == 200, "a code works once"
    assert sign_in("edda", codes[0].upper()).status_code == 302
    assert sign_in("edda", codes[0]).status_code == 200, "a recovery code works once"
    assert admin.get("/admin/otp_totp/totpdevice/").status_code == 404, "keys are in no list"
    assert "recovery code" in editor.post(PAGE, {"_remove": "1", "password": PASSWORD, "code": "\x00"}).content.decode()
    own = {"action": "remove_second_factor", "_selected_action": admin.user.pk}
    TOTPDevice.objects.create(user=admin.user)
    admin.post("/admin/auth/user/", own)
    assert TOTPDevice.objects.filter(user=admin.user).delete()[0] == 1, "not without the password and a code"
    chosen = {"action": "remove_second_factor", "_selected_action": editor.user.pk}
    admin.post("/admin/auth/user/", chosen)
    assert sign_in("edda").status_code == 302 and not TOTPDevice.objects.exists()


def test_wrong_codes_are_counted_as_wrong_passwords(editor: Curator, settings: Any) -> None:
    settings.SECOND_FACTOR = "optional"
    secret, _ = set_up(editor)
    for _attempt in range(5):
        assert sign_in("edda", "000000").status_code == 200
    assert sign_in("edda", code_now(secret)).status_code == 429


def test_nobody_passes_without_one_where_it_is_required(editor: Curator, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    for address in ("/admin/", "/admin/registry/deposit/", "/admin/search/?q=x"):
        assert editor.get(address)["Location"] == PAGE
    assert editor.post("/admin/registry/source/add/", {"title": "x"})["Location"] == PAGE
    set_up(editor)
    assert editor.get("/admin/").status_code == 200


def test_a_new_second_factor_ends_the_other_sessions(editor: Curator, admin: Curator, settings: Any) -> None:
    settings.SECOND_FACTOR = "optional"
    elsewhere, another = Client(), Client()
    elsewhere.force_login(editor.user)
    another.force_login(admin.user)
    set_up(editor)
    assert editor.get("/admin/").status_code == 200, "who set it up stays signed in"
    assert elsewhere.get("/admin/").status_code == 302, "who had no code does not"
    assert another.get("/admin/").status_code == 200, "others are not concerned"
    admin.post("/admin/auth/user/", {"action": "remove_second_factor", "_selected_action": editor.user.pk})
    assert editor.get("/admin/").status_code == 302, "whoever holds the lost device is signed out"
