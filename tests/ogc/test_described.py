"""The descriptions keep their word: Schemathesis asks what both allow and what they do not, with all of its checks but one.

That one takes every text for a right one where a text may stand; but a country that does not exist, or a filter that is none,
is refused, and no schema says which exist.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.ogc.openapi import description
from tests.caches import forget_everything
from tests.shared import ROOT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_BOUNDED = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Answer on the test's own connection, which the end of a request would close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def operations() -> Iterator[Any]:
    """Give every operation of both descriptions, each to be asked rightly and wrongly."""
    rest = yaml.load((ROOT / "openapi.yaml").read_text(), yaml.CSafeLoader)
    ogc = description(RequestFactory().get("/ogc/api", headers={"host": "localhost"}))
    for document in (ogc, rest):
        schema = schemathesis.openapi.from_dict(document)
        schema.app = get_wsgi_application()
        for result in schema.get_all_operations():
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                yield pytest.param(result.ok(), mode, id=f"{result.ok().label}-{mode.value}")


def test_the_description_is_valid() -> None:
    document = Client().get("/ogc/api").json()
    validate(document)
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            for parameter in operation["parameters"]:
                assert "$ref" in parameter or parameter["description"], (path, parameter)


@pytest.mark.parametrize(("operation", "mode"), operations())
def test_an_operation_answers_as_described(operation: Any, mode: Any) -> None:
    @_BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        forget_everything()
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=[positive_data_acceptance])

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "nothing can be asked wrongly here"
