"""Settings of the service, from the environment (see `config.environment`); safe by default."""

import dj_database_url
import pghistory

from config.environment import ROOT, Environment
from config.openapi import SETTINGS as SPECTACULAR_SETTINGS  # noqa: F401

environment = Environment.current()

DEBUG = environment.debug
#: Whether tests run this: nothing is done in the background then.
TESTING = environment.testing
SECRET_KEY = environment.secret_key
ALLOWED_HOSTS = environment.allowed_hosts
#: Links begin with it; `config.prefix` takes it from the addresses of requests.
PATH_PREFIX = environment.path_prefix
FORCE_SCRIPT_NAME = PATH_PREFIX or None
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_TITLE = "Rare-earth deposits registry"

INSTALLED_APPS = [
    # First, so that an incomplete kind of record is refused before others derive something from it.
    "registry",
    "explorer",
    "pages",
    "releases",
    "api",
    "curation",
    "imports",
    "config.admin.RegistryAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "pgtrigger",
    "pghistory",
]

# A request for data passes the first four; sessions and sign-in run only for /admin/ (see config.middleware).
MIDDLEWARE = [
    "config.middleware.RequestLog",
    "config.middleware.Compression",
    "api.http.access.PublicAccess",
    "config.middleware.SecurityHeaders",
    "config.middleware.AdminSessions",
    "config.sessions.SessionTimes",
    "config.middleware.AdminCommon",
    "config.middleware.AdminCsrf",
    "config.middleware.AdminAuthentication",
    "config.middleware.AdminMessages",
    "config.middleware.AdminHistory",
    "config.middleware.PageLanguage",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- The database -----------------------------------------------------------------------------------------------------
# Every thread keeps its connection; one that breaks is dropped at the end of its request, which answered 503.
# A statement of the read path is prepared only if one plan is right for every value (see api.database.bound): a plan kept for a
# small box made 3.6 ms into 560 ms for a large one.
# A merge join reads an index from its begin to find the first row of a page; a nested loop begins at the page.
# Parallel workers take 20 ms to start, for pages that need two; a service has other requests for its other cores.
_OPTIONS = "-c plan_cache_mode=auto -c enable_mergejoin=off -c max_parallel_workers_per_gather=0 -c timezone=UTC -c jit=off"
if environment.testing:
    _OPTIONS += " -c registry.allow_truncate=on"
DATABASES = {
    "default": {
        **dj_database_url.parse(environment.database_url, engine="django.contrib.gis.db.backends.postgis"),
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": environment.pgbouncer,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(  # type: ignore[attr-defined]
    prepare_threshold=None if environment.pgbouncer else 3,
    **({} if environment.pgbouncer else {"options": _OPTIONS}),
)
if environment.replica_url:
    # Reached without pgbouncer: each thread of a service that reads keeps its connection to the one replica.
    DATABASES["replica"] = {
        **dj_database_url.parse(environment.replica_url, engine="django.contrib.gis.db.backends.postgis"),
        "CONN_MAX_AGE": None,
    }
    DATABASES["replica"].setdefault("OPTIONS", {}).update(  # type: ignore[attr-defined]
        prepare_threshold=3, connect_timeout=2, options=_OPTIONS
    )
    MIDDLEWARE.insert(2, "config.middleware.FreshReads")
SLOW_QUERY_MS = environment.slow_query_ms
STATEMENT_TIMEOUT_MS = environment.statement_timeout_ms
BODY_CACHE_BYTES = environment.body_cache_mb * 1_000_000
EXPORT_TIMEOUT_MS = environment.export_timeout_ms
#: The longest that a public request waits for a lock, which only a change of a table takes from it.
LOCK_TIMEOUT_MS = 100
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False)
# django-pghistory demands the application; no trigger is declared in it (see registry.derived).
PGTRIGGER_MIGRATIONS = False
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_index=True, related_name="history")

# --- Language, time, files --------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
# Pages below /ru/ and, for whom it is theirs, those of the admin are in another language; the API and OGC are in English.
USE_I18N = True
LANGUAGES = [("en-gb", "English"), ("ru", "Русский")]
LOCALE_PATHS = [ROOT / "locale"]
STATIC_URL = f"{PATH_PREFIX}/static/"
STATIC_ROOT = ROOT / ".data" / "static"
#: Files that curators uploaded, until they are loaded, discarded, or a day old.
IMPORT_FOLDER = ROOT / ".data" / "imports"
#: A file of a form is taken from those who may import, up to a size, and goes to the disk as it comes.
FILE_UPLOAD_HANDLERS = ["curation.imports.receive.ImportHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 2
#: Releases, which never change and are never deleted by the service.
RELEASES = environment.releases
STATICFILES_DIRS = [
    # MapLibre GL JS, as npm has it (scripts/maplibre.py).
    ("maplibre", ROOT / "vendor" / "maplibre-gl"),
    # The pictures of the documentation.
    ("docs", ROOT / "docs" / "pictures"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static.StaticFiles"},
}

# --- Safety -----------------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "curation.signing.passwords.HardToGuess"},
]
#: Somebody stays signed in for a day's work, and not beyond two hours without any (see config.sessions).
SECOND_FACTOR = environment.second_factor
SECURITY_CONTACT = environment.security_contact
OIDC = environment.oidc
OTP_TOTP_ISSUER = "Rare-earth deposits registry"
# Wrong codes are counted with wrong passwords (curation.signing.throttle), not by the device a second time.
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 0
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 2 * 3600
TRUSTED_PROXIES = environment.proxies
METRICS_FROM = environment.metrics_from
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{PATH_PREFIX}/admin/"
# In the session: the cookie of messages has no path of its own, and browsers would send it to public addresses.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "curation.signing.again.form_is_old"
X_FRAME_OPTIONS = "DENY"
# Mail to curators: mentions, and links to set a password. The way it is sent is settings of Django's own.
MAIL_IS_CONFIGURED = bool(environment.mail)
globals().update(environment.mail)
DEFAULT_FROM_EMAIL = environment.mail_from
if environment.behind_https_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS]
SILENCED_SYSTEM_CHECKS = [
    # GDAL before 3.9 mishandles some SRS texts; none is ever handed to it: SRIDs are whole numbers here.
    "gis.W001",
    # The middleware of config.middleware sets these headers for every answer.
    "security.W001",
    "security.W002",
    "security.W003",
]

REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "api.rest.schema.ResourceSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "api.errors.answer",
    # Whom a throttle counts is the client, as `config.addresses` finds it.
    "NUM_PROXIES": environment.proxies,
    "COERCE_DECIMAL_TO_STRING": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonLines"}},
    "filters": {"expected": {"()": "config.logs.ExpectedLevel"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": environment.log_level},
    "loggers": {
        "django": {"level": "WARNING" if not DEBUG else "INFO"},
        "django.request": {"level": "ERROR", "filters": ["expected"]},
        # GEOS tells where an outline crosses itself; the check of the row says so with its number.
        "django.contrib.gis": {"level": "ERROR"},
    },
}
