"""Below a path of a shared host, every link has the prefix and leads somewhere; requests may come with or without it."""

import os
import re
import subprocess
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from config.environment import Environment
from config.prefix import below
from tests.server import served

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PREFIX = "/registry"
PAGES = (
    *(
        "/",
        "/docs/",
        "/docs/ogc/",
        "/docs/api/",
        "/llms.txt",
        "/robots.txt",
        "/openapi.yaml",
        "/api/v1/",
        "/api/v1/deposits/?limit=1",
        "/api/v1/changes/?limit=1",
    ),
    *("/ogc", "/ogc/?f=html", "/ogc/collections/deposits/items?limit=1&f=html", "/ogc/collections/deposits?f=html"),
    *("/ogc/collections/deposits/items?limit=1", "/tiles/", "/tiles/deposits/", "/tiles/deposits/tilejson.json"),
)


@override_settings(FORCE_SCRIPT_NAME=PREFIX)
def test_every_link_has_the_prefix_and_leads_somewhere(on_seed: None) -> None:
    found: set[str] = set()
    with served(prefix=PREFIX) as site:
        for page in PAGES:
            for form in (page, PREFIX + page):
                text = urlopen(site + form).read().decode()
                links = re.findall(r'(?:href|src|action)="(/[^"]*)"', text)
                links += re.findall(rf'{site}(/(?:[^"<>\s)`&]|&(?!quot|lt|gt|#))*)', text)
                found |= {link.replace("&amp;", "&") for link in links if not link.startswith("/static/")}
            assert "Disallow: /registry/admin/" in text or page != "/robots.txt"
        assert {link for link in found if not link.startswith(f"{PREFIX}/")} == set()
        assert len(found) > 60
        plain = [link for link in sorted(found) if not set(link) & set("{}") and "export" not in link and "admin" not in link]
        for link in plain[:: max(1, len(plain) // 40)]:
            try:
                assert urlopen(site + link).status == 200, link
            except HTTPError as error:
                pytest.fail(f"{link}: {error.read()[:300]!r}")


def test_files_and_cookies_have_the_prefix() -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import django; django.setup(); from django.conf import settings as s;"
            " print(s.STATIC_URL, s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH, s.FORCE_SCRIPT_NAME)",
        ],
        env={**os.environ, "REGISTRY_PATH_PREFIX": "/registry/"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["/registry/static/", "/registry/admin/", "/registry/admin/", "/registry"]


def test_the_prefix_is_a_path() -> None:
    for wrong in ("registry", "/a b", "/a//b", "https://x/y"):
        with pytest.raises(ImproperlyConfigured, match="REGISTRY_PATH_PREFIX"):
            _ = Environment({"REGISTRY_PATH_PREFIX": wrong}).path_prefix
    paths: Any = {"/registry": "/", "/registry/": "/", "/registry/api/": "/api/", "/api/": "/api/", "/registryx": "/registryx"}
    assert {path: below(PREFIX, path) for path in paths} == paths
