"""Proposals as a curator makes them."""

from typing import Any

from registry.models import Proposal
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import read_form

WHY = {"_reason": "The report of 2019 says so"}


def page_of(proposal: Proposal) -> str:
    return f"/admin/registry/proposal/{proposal.pk}/change/"


def propose(editor: Curator, record: Any, **changes: str) -> Proposal:
    response = editor.send(kinds.address(record), {**WHY, **changes})
    assert response.status_code == 302, read_form(response.content.decode()).errors
    proposal = Proposal.objects.latest("pk")
    assert response["Location"] == page_of(proposal)
    return proposal
