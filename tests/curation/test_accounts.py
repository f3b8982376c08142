"""Accounts: who did something is known for good, and passwords are none that is soon guessed."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from curation.history.changes import changes_of
from registry.models import ImportRun, ImportTask, ImportUpload
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in

pytestmark = pytest.mark.django_db
Account: Any = get_user_model()


def test_an_account_that_was_used_stays_and_the_history_knows_its_name(admin: Curator) -> None:
    curator = signed_in("vera", superuser=True)
    deposit = records.deposit()
    assert curator.send(kinds.address(deposit), {"host_rock": "granite", "_reason": "seen"}).status_code == 302
    page = f"/admin/auth/user/{curator.user.pk}/"
    assert admin.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert "Deactivate it instead" in admin.get(f"{page}change/").content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [curator.user.pk], "post": "yes"}
    assert "vera: An account that has been used cannot be deleted" in admin.post("/admin/auth/user/", chosen).content.decode()
    form = {**admin.open(f"{page}change/").data, "last_login_0": "", "last_login_1": "", "is_active": ""}
    assert admin.post(f"{page}change/", {**form, "username": "vera"}).status_code == 302
    for delete in (curator.user.delete, Account.objects.filter(pk=curator.user.pk).delete):
        with pytest.raises(IntegrityError, match="the account “vera” was used"), transaction.atomic():
            delete()
    assert changes_of(deposit)[0].who == "vera"
    assert not Account.objects.get(pk=curator.user.pk).is_active
    assert curator.get("/admin/").status_code == 302


def test_an_account_that_was_never_used_may_go_unless_an_import_names_it(admin: Curator) -> None:
    unused = Account.objects.create_user("unused", password="x")
    admin.post(f"/admin/auth/user/{unused.pk}/delete/", {"post": "yes"})
    assert not Account.objects.filter(username="unused").exists()
    file: dict[str, Any] = {"file_name": "a.csv", "file_sha256": "0", "file_bytes": 1, "kind": "generic"}
    for number, (model, column, given) in enumerate(
        (
            (ImportRun, "user", {**file, "target": "deposit"}),
            (ImportRun, "loaded_by", {**file, "target": "deposit"}),
            (ImportRun, "undone_by", {**file, "target": "deposit"}),
            (ImportUpload, "user", file),
            (ImportTask, "user", {"kind": "look", "seen_at": "2026-01-01T00:00Z"}),
        )
    ):
        named = Account.objects.create_user(f"named-{number}")
        model.objects.create(**given, **{column: named})
        with pytest.raises(ProtectedError):
            named.delete()


def test_a_user_of_former_times_is_not_called_the_system() -> None:
    import pghistory

    with pghistory.context(user=987_654, reason="long ago"):
        deposit = records.deposit()
    assert [change.who for change in changes_of(deposit)] == ["account no. 987654, gone"]


@pytest.mark.parametrize(
    "password",
    [
        *("aaaaaaaaaaaa", "382910475561", "rareearth1234", "abcabcabcabc", "qwertyuiop12", "password12345", "kutessay2024"),
        *("Neodymium1234", "rare-earth-2026", "veraveraverona", "short-1"),
    ],
)
def test_passwords_that_are_soon_guessed_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, Account(username="verona", email="vera@example.org"))


@pytest.mark.parametrize("password", ["tundra kettle violin", "vX3kq0pLm2Zt", "gW8_sQ-4kXyPzA2r", "колос верба 71 лодка"])
def test_other_passwords_are_taken(password: str) -> None:
    validate_password(password, Account(username="verona"))
