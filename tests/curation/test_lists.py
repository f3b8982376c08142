"""Lists: what an address asks for and the list does not know is said, and not taken for something else."""

from typing import Any

import pytest

from registry.models import Deposit
from tests import records
from tests.curation.conftest import Curator
from tests.curation.forms import messages

pytestmark = pytest.mark.django_db
DEPOSITS, IMPORTS = "/admin/registry/deposit/", "/admin/registry/importrun/"


@pytest.mark.parametrize(
    ("page", "asked", "stays", "said"),
    [
        (DEPOSITS, {"nonsense": "1"}, "", "“nonsense” is not a filter of this list and was ignored."),
        (DEPOSITS, {"country__nonsense": "1"}, "", "“country__nonsense” is not a filter"),
        (DEPOSITS, {"country__id__exact": "x"}, "", "“country__id__exact” is not a filter"),
        (DEPOSITS, {"record_status__exact": "gone"}, "", "“gone” is not a value of the filter “"),
        (DEPOSITS, {"warning": "none-such"}, "", "“none-such” is not a value of the filter “warnings”"),
        (DEPOSITS, {"country__id__exact": "1"}, "", "“country__id__exact” has no values here"),
        (DEPOSITS, {"o": "99"}, "", "cannot be sorted by that column"),
        (DEPOSITS, {"o": "1.x"}, "", "cannot be sorted by that column"),
        (DEPOSITS, {"p": "999"}, "", "no page “999”"),
        (DEPOSITS, {"p": "x"}, "", "no page “x”"),
        (DEPOSITS, {"nonsense": "1", "q": "x", "record_status__exact": "draft"}, "?q=x&record_status__exact=draft", "nonsense"),
        (IMPORTS, {"state__exact": "none-such"}, "", "“none-such” is not a value of the filter"),
        (IMPORTS, {"kind": "none-such"}, "", "“none-such” is not a value of the filter"),
        (IMPORTS, {"created_at__year": "2x"}, "", "the complete list is shown"),
        ("/admin/registry/importproblem/", {"weight": "light"}, "", "“light” is not a value"),
        ("/admin/registry/reescheme/", {"nonsense": "1"}, "", "nonsense"),
        ("/admin/auth/user/", {"is_staff__exact": "7", "nonsense": "1"}, "", "nonsense"),
        ("/admin/auth/user/", {"password__startswith": "m"}, "", "“password__startswith” is not a filter"),
        ("/admin/auth/group/", {"nonsense": "1"}, "", "nonsense"),
    ],
)
def test_an_unknown_filter_is_said_and_left_out(
    page: str, asked: dict[str, str], stays: str, said: str, admin: Curator
) -> None:
    response = admin.get(page, asked)
    assert response.status_code == 302 and response["Location"] == f"{page}{stays}", response.content[:200]
    shown = admin.get(response["Location"])
    assert shown.status_code == 200 and said in " ".join(messages(shown)), messages(shown)


def test_known_filters_are_followed(admin: Curator) -> None:
    deposit: Any = records.deposit(country=records.country())
    records.deposit(country=records.country(), record_status="draft", cited=False)
    for asked in (
        {"record_status__exact": "published", "country__id__exact": str(deposit.country_id), "warning": "", "o": "1.-2"},
        {"record_status": "published"},
        {"slug__startswith": deposit.slug, "all": ""},
        {"record_status__exact": "published", "o": "", "p": "1"},
        {"id__in": str(deposit.pk)},
    ):
        response = admin.get(DEPOSITS, asked)
        assert response.status_code == 200, (asked, response.get("Location"))
        assert [record.pk for record in response.context_data["cl"].result_list] == [deposit.pk], asked
    assert Deposit.objects.count() == 2
    for page in ("finding", "source", "disagreement", "policyframework"):
        assert admin.get(f"/admin/registry/{page}/", {"updated_at__year": "2026", "updated_at__month": "1"}).status_code == 200
