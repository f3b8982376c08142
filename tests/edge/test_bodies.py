"""Bodies that come without their length, chunked or by HTTP/2, are read by a real server, within bounds."""

import http.client
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.bodies import MAX_BODY_BYTES

pytestmark = [pytest.mark.slow]
_SEARCHES = [("/api/v1/deposits/search/", "results"), ("/ogc/collections/deposits/search", "features")]
_BODY = b'{"limit": 2, "country": ["KZ", "KG"]}'


@pytest.mark.parametrize(("address", "key"), _SEARCHES)
def test_a_chunked_body_is_read(port: int, address: str, key: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def parts() -> Iterator[bytes]:
        for start in range(0, len(_BODY), 10):
            yield _BODY[start : start + 10]
            time.sleep(0.05)

    client.request("POST", address, parts(), {"Content-Type": "application/json"}, encode_chunked=True)
    response = client.getresponse()
    assert (response.status, len(json.loads(response.read())[key])) == (200, 2)
    client.close()


def curl(*arguments: str, body: bytes) -> Any:
    if not shutil.which("curl"):
        pytest.skip("THERE IS NO curl, so no body is sent by HTTP/2")
    command = ["curl", "--silent", "--max-time", "30", "--request", "POST", "--upload-file", "-", *arguments]
    return json.loads(subprocess.run(command, input=body, capture_output=True).stdout)


@pytest.mark.parametrize(("address", "key"), _SEARCHES)
def test_a_body_of_http2_without_a_length_is_read(port: int, address: str, key: str) -> None:
    assert len(curl("--http2-prior-knowledge", f"http://127.0.0.1:{port}{address}", body=_BODY)[key]) == 2


@pytest.mark.parametrize("version", ["--http1.1", "--http2-prior-knowledge"])
def test_a_body_without_a_length_is_bounded(port: int, version: str) -> None:
    answer = curl(version, f"http://127.0.0.1:{port}{_SEARCHES[0][0]}", body=b" " * (MAX_BODY_BYTES + 10_000))
    assert answer["status"] == 413
