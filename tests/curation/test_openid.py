"""Signing in at a provider of OpenID Connect: a small one on loopback, that can also lie."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db


def packed(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """Says who somebody is; a test may change what it says, and with which key it signs."""

    def __init__(self) -> None:
        """Begin with the truth."""
        self.keys = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
        self.claims: dict[str, Any] = {"sub": "7", "email": "Edda@Survey.example", "email_verified": True}
        self.signs_with, self.algorithm, self.nonce, self.seen = 0, "RS256", "", {"verifier": ""}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/authorize":
                    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                    provider.nonce = provider.nonce or asked["nonce"]
                    assert asked["code_challenge_method"] == "S256" and asked["client_id"] == "registry"
                    self.send_response(302)
                    back = urlencode({"code": "the-code", "state": asked["state"]})
                    self.send_header("Location", f"{asked['redirect_uri']}?{back}")
                    self.end_headers()
                    return
                self.answer(provider.configuration() if "openid-configuration" in self.path else provider.key_set())

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                provider.seen["verifier"] = sent["code_verifier"][0]
                self.answer({"access_token": "x", "token_type": "Bearer", "id_token": provider.token()})

            def answer(self, document: dict[str, Any]) -> None:
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def key_set(self) -> dict[str, Any]:
        numbers = self.keys[0].public_key().public_numbers()
        n, e = (packed(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e))
        return {"keys": [{"kty": "RSA", "kid": "k", "use": "sig", "alg": "RS256", "n": n, "e": e}]}

    def token(self) -> str:
        now = int(time())
        said = {"iss": self.issuer, "aud": "registry", "iat": now, "exp": now + 60, "nonce": self.nonce, **self.claims}
        text = f"{packed(json.dumps({'alg': self.algorithm, 'kid': 'k'}).encode())}.{packed(json.dumps(said).encode())}"
        if self.algorithm == "none":
            return f"{text}."
        return f"{text}.{packed(self.keys[self.signs_with].sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.OIDC = {
        "issuer": made.issuer, "client": "registry", "secret": "secret", "claim": "email", "name": "the survey",
    }  # fmt: skip
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def sign_in(client: Client, after: str = "") -> Any:
    """Go to the provider as a browser does, and come back."""
    there = client.get("/admin/oidc/", {"next": after})
    answer = requests.get(there["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def is_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_curator_signs_in_at_the_provider(editor: Curator, provider: Provider, settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    editor.user.email = "edda@survey.example"
    editor.user.save()
    assert "Sign in with the survey" in Client().get("/admin/login/").content.decode()
    client = Client()
    assert sign_in(client, "/admin/registry/deposit/?q=hill")["Location"] == "/admin/registry/deposit/?q=hill"
    assert is_in(client) and len(provider.seen["verifier"]) > 40, "the provider has its own second factor"
    provider.nonce = ""
    assert sign_in(Client(), "https://elsewhere.example/")["Location"] == "/admin/"


def test_what_the_provider_says_is_checked(editor: Curator, provider: Provider) -> None:
    editor.user.email = "edda@survey.example"
    editor.user.save()
    lies: dict[str, dict[str, Any]] = {
        "an unverified address": {"claims": {**provider.claims, "email_verified": False}},
        "an address of nobody": {"claims": {**provider.claims, "email": "eve@survey.example"}},
        "an address that differs by a letter of another alphabet": {
            "claims": {**provider.claims, "email": "edda@survey.example".replace("s", "ſ")}
        },
        "no address": {"claims": {"sub": "7"}},
        "the token of another client": {"claims": {**provider.claims, "aud": "other"}},
        "the token of another issuer": {"claims": {**provider.claims, "iss": "https://other.example"}},
        "an old token": {"claims": {**provider.claims, "exp": 1}},
        "an old nonce": {"nonce": "of-yesterday"},
        "another key": {"signs_with": 1},
        "no signature": {"algorithm": "none"},
    }
    for what, lie in lies.items():
        kept = {name: getattr(provider, name) for name in ("claims", "signs_with", "algorithm")}
        provider.nonce = ""
        for name, value in lie.items():
            setattr(provider, name, value)
        client = Client()
        assert sign_in(client)["Location"] == "/admin/login/" and not is_in(client), what
        for name, value in kept.items():
            setattr(provider, name, value)
    stranger = Client()
    assert stranger.get("/admin/oidc/back/?code=the-code&state=guessed")["Location"] == "/admin/login/" and not is_in(stranger)
    editor.user.is_active = False
    editor.user.save()
    provider.nonce = ""
    assert sign_in(Client())["Location"] == "/admin/login/", "an account that is not active"


def test_a_provider_that_is_away_or_not_configured_lets_nobody_in(provider: Provider, settings: Any) -> None:
    settings.OIDC = {**settings.OIDC, "issuer": "http://127.0.0.1:9"}
    assert Client().get("/admin/oidc/")["Location"] == "/admin/login/"
    settings.OIDC = {}
    assert Client().get("/admin/oidc/").status_code == Client().get("/admin/oidc/back/").status_code == 404
