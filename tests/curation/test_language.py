"""The admin in the language of the browser or of the account: chosen, kept, and whole."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from config.environment import ROOT
from imports.report.rules import TITLES, title
from imports.report.sentences import SENTENCES, in_language
from registry import words
from registry.models import Curator as Settings
from registry.models import Deposit, Proposal, Report
from scripts.messages import read
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db
RUSSIAN = {"HTTP_ACCEPT_LANGUAGE": "ru"}
SIGN_IN = "/admin/login/"
_SHOWN = ("aria-label", "placeholder", "title", "alt")


class _Reader(HTMLParser):
    """Collects what a page shows: its texts, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "code")
        given = dict(attrs)
        self.shown += [given.get(name) or "" for name in _SHOWN]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.shown.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "code")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.shown.append(data)


def shown(html: str) -> set[str]:
    reader = _Reader()
    reader.feed(html)
    return {" ".join(unescape(text).split()).strip(" ·:,()") for text in reader.shown}


def english() -> set[str]:
    """Return what the admin says in English, and says otherwise in Russian."""
    found = set()
    for one in read("ru"):
        ids = one.id if isinstance(one.id, tuple) else (one.id,)
        texts = one.string if isinstance(one.string, tuple) else (one.string,)
        found |= {text for text in ids if text and "%(" not in text and text not in texts and len(text) > 3}
    return found


def in_russian(admin: Curator, address: str) -> str:
    response = admin.get(address, **RUSSIAN)
    assert response.status_code == 200, (address, response.status_code)
    assert response["Content-Language"] == "ru" and '<html lang="ru"' in response.text
    return response.content.decode()


def test_the_browser_decides_until_somebody_chooses() -> None:
    client = Client()
    assert "Войти" in client.get(SIGN_IN, **RUSSIAN).text and "Log in" in client.get(SIGN_IN).text
    assert "Log in" in client.get(SIGN_IN, HTTP_ACCEPT_LANGUAGE="kk, en;q=0.5").text
    # What is chosen on the page of the sign-in holds from there on, and is kept with the account.
    client.post("/admin/language/", {"language": "ru", "next": SIGN_IN})
    assert "Войти" in client.get(SIGN_IN).text
    assert client.get("/api/v1/deposits/", **RUSSIAN).headers.get("Content-Language") is None


def test_what_an_account_chose_holds_in_another_browser(admin: Curator) -> None:
    user = admin.user
    user.set_password("nine-grey-lanthanides")
    user.save()
    admin.force_login(user)
    back = admin.post("/admin/language/", {"language": "ru", "next": "/admin/log/"})
    assert back.status_code == 302 and back["Location"] == "/admin/log/"
    assert "Все изменения" in admin.get("/admin/log/").text and Settings.objects.get(account=user).language == "ru"
    other = Client()
    assert (
        other.post(SIGN_IN, {"username": user.username, "password": "nine-grey-lanthanides", "next": "/admin/"}).status_code
        == 302
    )
    assert "Мои черновики" in other.get("/admin/", HTTP_ACCEPT_LANGUAGE="en").text
    other.post("/admin/language/", {"language": "en-gb"})
    assert "My drafts" in other.get("/admin/", **RUSSIAN).text


@pytest.mark.parametrize(
    ("given", "status", "to"),
    [
        ({"language": "ru", "next": "https://evil.example/"}, 302, "/admin/"),
        ({"language": "ru", "next": "//evil.example/"}, 302, "/admin/"),
        ({"language": "xx", "next": "/admin/bin/"}, 302, "/admin/bin/"),
        ({"language": "\x00"}, 302, "/admin/"),
    ],
)
def test_the_switch_leads_nowhere_else(admin: Curator, given: dict[str, str], status: int, to: str) -> None:
    response = admin.post("/admin/language/", given)
    assert (response.status_code, response["Location"]) == (status, to)
    assert admin.get("/admin/language/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/admin/language/", given).status_code == 403


def test_no_page_says_in_english_what_there_is_in_russian(admin: Curator, roles: None, settings: Any) -> None:
    settings.SECOND_FACTOR = "optional"
    made = {kind: make() for kind, make in kinds.MAKERS.items()}
    deposit: Any = made["deposit"]
    other = records.deposit(slug="second", name=f"{deposit.name}")
    Report.objects.create(kind="deposits", record=deposit.uid, slug=deposit.slug, text="It is elsewhere.", sender="x" * 32)
    change = f"/admin/registry/deposit/{deposit.pk}/change/"
    addresses = [
        *("/admin/", "/admin/log/", "/admin/search/?q=Кутессай", "/admin/bin/", "/admin/second-factor/", "/admin/auth/user/"),
        *(f"/admin/registry/{kind}/" for kind in made),
        *(f"/admin/registry/{kind}/{record.pk}/change/" for kind, record in made.items()),
        *("/admin/registry/deposit/add/", "/admin/registry/importrun/load/", "/admin/registry/deposit/duplicates/"),
        f"/admin/registry/deposit/{deposit.pk}/history/",
        f"/admin/registry/deposit/{deposit.pk}/merge/{other.pk}/",
        f"/admin/registry/source/{made['source'].pk}/supports/",
        *("/admin/registry/importrun/", "/admin/registry/importproblem/", "/admin/registry/reviewrule/add/"),
        *("/admin/registry/report/", f"/admin/registry/report/{Report.objects.get().pk}/change/", "/admin/auth/user/add/"),
    ]
    admin.send(change, {"description": "Another text."}, button="_propose")
    addresses.append(f"/admin/registry/proposal/{Proposal.objects.get().pk}/change/")
    addresses += [
        f"/admin/auth/group/{Group.objects.get(name='Editors').pk}/{page}/" for page in ("change", "history", "delete")
    ]
    # Names of records are data, and the picture of a lens is Django's.
    said = english() - {"Search", "A commodity"}
    left = {address: found for address in addresses if (found := shown(in_russian(admin, address)) & said)}
    assert left == {}


def test_refusals_and_counted_words_are_in_russian(admin: Curator) -> None:
    with translation.override("ru"):
        counted = [words.counted(Deposit._meta, number) for number in (1, 2, 5, 11, 21)]
    assert counted == ["1 месторождение", "2 месторождения", "5 месторождений", "11 месторождений", "21 месторождение"]
    records.deposit(slug="alone")
    assert "1 месторождение<" in in_russian(admin, "/admin/registry/deposit/")
    admin.post("/admin/language/", {"language": "ru"})
    refused = admin.send("/admin/registry/deposit/add/", {"name": "Акбулак", "location": "91, 181"})
    assert refused.status_code == 200 and "Широта должна быть от −90 до 90; 91 не подходит." in refused.text
    waits = records.deposit(slug="bare", name="Bare", record_status="in_review")
    sent = admin.send(f"/admin/registry/deposit/{waits.pk}/change/", {"_reason": ""}, button="_step=withdraw")
    assert "Укажите, почему запись «Bare» отозвана: причина останется в истории." in sent.text


def test_what_is_said_of_rows_of_imports_is_said_in_russian() -> None:
    """Each sentence that a statement writes is declared, and its facts stay where they were."""
    written = "\n".join(SENTENCES)
    for path in sorted((ROOT / "imports/plan").glob("*.py")):
        for query in re.findall(r"work\.problem\(\s*\"{3}(.*?)\"{3}", path.read_text(), re.S):
            for piece in re.findall(r"'([A-Z][a-z]+ [^']+)'", query):
                assert piece.strip() in written, (path.name, piece)
    with translation.override("ru"):
        said = in_language("The registry has from elsewhere: 12 t <b>")
        assert said.endswith("12 t <b>") and not re.match("[A-Za-z]", said)
        named = "The registry may have this already: “Ак-Тюз” (ak-tuz), score 0.91: names 88 % alike, 1.2 km apart."
        assert "«Ак-Тюз» (ak-tuz)" in in_language(named) and "0.91" in in_language(named)
        assert all(gettext(one) != one for one in SENTENCES) and in_language("Something else.") == "Something else."
    assert in_language(named) == named


def sentences_in(value: ast.AST, names: dict[str, list[ast.AST]]) -> Iterator[str]:
    """Yield what an expression may say, with 7 for each fact."""
    match value:
        case ast.Constant(value=str(text)):
            yield re.sub(r"%\(\w+\)s", "7", text)
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*sentences_in(one, names), *sentences_in(other, names))
        case ast.BinOp(left=template, op=ast.Mod()) | ast.Call(func=ast.Name(id="gettext"), args=[template]):
            yield from sentences_in(template, names)
        case ast.Name(id=name):
            yield from (said for given in names.get(name, ()) for said in sentences_in(given, {}))


def test_what_checks_of_rows_say_is_said_in_russian() -> None:
    left = set()
    for path in sorted((ROOT / "imports").rglob("*.py")):
        for function in (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)):
            names: dict[str, list[ast.AST]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    names.setdefault(node.targets[0].id, []).append(node.value)
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                if getattr(call.func, "id", getattr(call.func, "attr", "")) in ("Problem", "warn", "error"):
                    fixes = [word.value for word in call.keywords if word.arg == "fix"]
                    said = {text for value in (*call.args[1:2], *call.args[4:5], *fixes) for text in sentences_in(value, names)}
                    with translation.override("ru"):
                        left |= {(path.name, text) for text in said if text and in_language(text) == text}
                    assert all(
                        title(node.value) in TITLES.values() for node in call.args[:1] if isinstance(node, ast.Constant)
                    ), path
    assert left == set()
    with translation.override("ru"):
        assert in_language("“x” is not a coordinate. A latitude must be between −90 and 90; 91 is not.").endswith(
            "Широта должна быть от −90 до 90; 91 не подходит."
        )
