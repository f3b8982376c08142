"""The only reader of the process environment; every variable is listed here with its meaning and default."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.addresses import Network

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    """What the outside world tells the service.

    Raises ImproperlyConfigured, naming the variable and the rule, when a value cannot be used.
    """

    variables: Mapping[str, str]

    @classmethod
    def current(cls) -> "Environment":
        """Read this process's environment."""
        return cls(os.environ)

    def _flag(self, name: str, default: bool = False) -> bool:
        text = self.variables.get(name, "").strip().lower()
        if text in ("", "0", "false", "no", "off"):
            return default if text == "" else False
        if text in ("1", "true", "yes", "on"):
            return True
        raise ImproperlyConfigured(f"{name} is “{text}”; use 1 or 0")

    def _number(self, name: str, default: int, least: int, most: int) -> int:
        text = self.variables.get(name, "").strip() or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ImproperlyConfigured(f"{name} is “{text}”; use a whole number from {least} to {most}")
        return int(text)

    def _list(self, name: str) -> list[str]:
        return [part.strip() for part in self.variables.get(name, "").split(",") if part.strip()]

    @property
    def database_url(self) -> str:
        """`DATABASE_URL`: your own PostGIS, postgis://user:password@host:port/name; otherwise the private one is used."""
        if url := self.variables.get("DATABASE_URL", "").strip():
            return url
        from config.embedded import embedded_url

        return embedded_url(test=self.testing)

    @property
    def replica_url(self) -> str:
        """`REGISTRY_REPLICA`: a streaming replica from which readers are served, as DATABASE_URL; none if not set."""
        return self.variables.get("REGISTRY_REPLICA", "").strip()

    @property
    def testing(self) -> bool:
        """`REGISTRY_TEST`: set by the tests; they use a database cluster of their own."""
        return self._flag("REGISTRY_TEST")

    @property
    def debug(self) -> bool:
        """`REGISTRY_DEBUG`: 1 enables Django's debug pages; never set it on a machine that others can reach."""
        return self._flag("REGISTRY_DEBUG")

    @property
    def state_folder(self) -> Path:
        """`REGISTRY_STATE`: the directory of the secret key, outside the checkout."""
        if given := self.variables.get("REGISTRY_STATE", "").strip():
            return Path(given)
        base = self.variables.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
        return Path(base) / "rare-earth-registry"

    @property
    def releases(self) -> Path:
        """`REGISTRY_RELEASES`: the directory of releases, to be backed up; .data/releases if not set."""
        if given := self.variables.get("REGISTRY_RELEASES", "").strip():
            return Path(given)
        return ROOT / ".data" / "releases"

    @property
    def secret_key(self) -> str:
        """`REGISTRY_SECRET_KEY`, otherwise a key generated once, kept in the state directory and readable only by its owner."""
        if given := self.variables.get("REGISTRY_SECRET_KEY", ""):
            if len(given) < 50:
                raise ImproperlyConfigured("REGISTRY_SECRET_KEY is shorter than 50 characters")
            return given
        path = self.state_folder / "secret-key"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"cannot keep a secret key in {path} ({error}); set REGISTRY_SECRET_KEY") from None
        key = secrets.token_urlsafe(64)
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
        return key

    @property
    def allowed_hosts(self) -> list[str]:
        """`REGISTRY_HOSTS`: host names of the service, separated by commas."""
        return self._list("REGISTRY_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]

    @property
    def behind_https_proxy(self) -> bool:
        """`REGISTRY_HTTPS_PROXY`: 1 behind a proxy that terminates TLS and sets X-Forwarded-Proto and X-Forwarded-Host."""
        return self._flag("REGISTRY_HTTPS_PROXY")

    @property
    def proxies(self) -> int:
        """`REGISTRY_PROXIES`: number of trusted proxies in front of the service; 0 ignores X-Forwarded-For."""
        return self._number("REGISTRY_PROXIES", 1 if self.behind_https_proxy else 0, 0, 10)

    @property
    def path_prefix(self) -> str:
        """`REGISTRY_PATH_PREFIX`: the path below which a proxy serves the registry, e.g. /registry; none if not set."""
        text = self.variables.get("REGISTRY_PATH_PREFIX", "").strip().rstrip("/")
        if text and not re.fullmatch(r"(/[A-Za-z0-9._~-]+)+", text):
            raise ImproperlyConfigured(f"REGISTRY_PATH_PREFIX is “{text}”; use a path such as /registry")
        return text

    @property
    def pgbouncer(self) -> bool:
        """`REGISTRY_PGBOUNCER`: 1 behind pgbouncer in transaction mode: no prepared statements, no server-side cursors."""
        return self._flag("REGISTRY_PGBOUNCER")

    @property
    def statement_timeout_ms(self) -> int:
        """`REGISTRY_STATEMENT_TIMEOUT_MS`: the longest time that a public request may use the database."""
        return self._number("REGISTRY_STATEMENT_TIMEOUT_MS", 5000, 100, 600_000)

    @property
    def slow_query_ms(self) -> int:
        """`REGISTRY_SLOW_QUERY_MS`: queries that take as long are logged for `manage slow`; 0 logs none."""
        return self._number("REGISTRY_SLOW_QUERY_MS", 500, 0, 600_000)

    @property
    def body_cache_mb(self) -> int:
        """`REGISTRY_BODY_CACHE_MB`: memory for cached responses, per worker; 0 disables the cache."""
        return self._number("REGISTRY_BODY_CACHE_MB", 32, 0, 100_000)

    @property
    def export_timeout_ms(self) -> int:
        """`REGISTRY_EXPORT_TIMEOUT_MS`: the longest time for writing one export."""
        return self._number("REGISTRY_EXPORT_TIMEOUT_MS", 600_000, 1_000, 86_400_000)

    @property
    def metrics_from(self) -> list[Network]:
        """`REGISTRY_METRICS_FROM`: networks that may read /metrics and /readyz?verbose; only this machine if not set."""
        given = self._list("REGISTRY_METRICS_FROM") or ["127.0.0.0/8", "::1"]
        try:
            return [ipaddress.ip_network(one) for one in given]
        except ValueError as error:
            raise ImproperlyConfigured(f"REGISTRY_METRICS_FROM: {error}; use networks such as 10.0.0.0/8") from None

    @property
    def mail(self) -> dict[str, Any]:
        """`REGISTRY_MAIL`: the mail server, smtp://user:password@host:587 or smtps://…:465; without it no mail is sent."""
        given = self.variables.get("REGISTRY_MAIL", "").strip()
        if not given:
            return {}
        url = urlsplit(given)
        if url.scheme not in ("smtp", "smtps") or not url.hostname:
            raise ImproperlyConfigured("REGISTRY_MAIL is no address of a mail server; use smtp://user:password@host:587")
        return {
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_USE_TLS": url.scheme == "smtp" and bool(url.username),
            "EMAIL_TIMEOUT": 10,
        }

    @property
    def mail_from(self) -> str:
        """`REGISTRY_MAIL_FROM`: the sender of mail to curators."""
        return self.variables.get("REGISTRY_MAIL_FROM", "").strip() or "registry@localhost"

    @property
    def security_contact(self) -> str:
        """`REGISTRY_SECURITY_CONTACT`: where to report a weakness, mailto:… or https://…, as security.txt gives it."""
        contact = self.variables.get("REGISTRY_SECURITY_CONTACT", "").strip()
        if contact and not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://\S+)", contact):
            raise ImproperlyConfigured(f"REGISTRY_SECURITY_CONTACT is “{contact}”; use mailto:name@host or https://…")
        return contact

    @property
    def second_factor(self) -> str:
        """`REGISTRY_SECOND_FACTOR`: off, optional (who wants one has one) or required, for curators who sign in by password."""
        text = self.variables.get("REGISTRY_SECOND_FACTOR", "").strip().lower() or "off"
        if text not in ("off", "optional", "required"):
            raise ImproperlyConfigured(f"REGISTRY_SECOND_FACTOR is “{text}”; use off, optional or required")
        return text

    @property
    def oidc(self) -> dict[str, str]:
        """`REGISTRY_OIDC`: the issuer of OpenID Connect at which curators may sign in, https://…; without it there is none."""
        issuer = self.variables.get("REGISTRY_OIDC", "").strip().rstrip("/")
        if not issuer:
            return {}
        url = urlsplit(issuer)
        if not url.hostname or (url.scheme != "https" and url.hostname not in ("localhost", "127.0.0.1", "::1")):
            raise ImproperlyConfigured("REGISTRY_OIDC is no https address of an issuer")
        client, secret = self.oidc_client
        return {"issuer": issuer, "client": client, "secret": secret, "claim": self.oidc_claim, "name": self.oidc_name}

    @property
    def oidc_client(self) -> tuple[str, str]:
        """`REGISTRY_OIDC_CLIENT`: id and secret of the registry at the issuer, joined by a colon."""
        client, _, secret = self.variables.get("REGISTRY_OIDC_CLIENT", "").strip().partition(":")
        if not client or not secret:
            raise ImproperlyConfigured("REGISTRY_OIDC_CLIENT is missing; use ID:SECRET as the issuer gave them")
        return client, secret

    @property
    def oidc_claim(self) -> str:
        """`REGISTRY_OIDC_CLAIM`: what names the account: email (verified), or preferred_username or sub, its user name."""
        claim = self.variables.get("REGISTRY_OIDC_CLAIM", "").strip() or "email"
        if claim not in ("email", "preferred_username", "sub"):
            raise ImproperlyConfigured(f"REGISTRY_OIDC_CLAIM is “{claim}”; use email, preferred_username or sub")
        return claim

    @property
    def oidc_name(self) -> str:
        """`REGISTRY_OIDC_NAME`: what the button is called that leads to the issuer."""
        return self.variables.get("REGISTRY_OIDC_NAME", "").strip()[:60] or "OpenID Connect"

    @property
    def log_level(self) -> str:
        """`REGISTRY_LOG_LEVEL`: DEBUG, INFO, WARNING or ERROR."""
        level = self.variables.get("REGISTRY_LOG_LEVEL", "WARNING" if self.testing else "INFO").upper()
        if level not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ImproperlyConfigured(f"REGISTRY_LOG_LEVEL is “{level}”; use DEBUG, INFO, WARNING or ERROR")
        return level
