"""The application that a production server runs."""

import gc
import os
from typing import Any

import django
from django.conf import settings
from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from config.handler import Handler  # noqa: E402 - its models want Django set up
from config.prefix import wsgi_below  # noqa: E402 - as above
from config.static import with_static_files  # noqa: E402 - as above

# What the public may ask of the database is bounded in time; commands of manage.py are not. Behind pgbouncer, which takes no
# settings of a session, it is the role that carries it (see docs/operations.md).
for _database in settings.DATABASES.values():
    _options: Any = _database["OPTIONS"]
    if given := _options.get("options"):
        _options["options"] = f"{given} -c statement_timeout={settings.STATEMENT_TIMEOUT_MS}"
# Django looks at each connection before a request and after it; once is enough. Queries are recorded for debugging alone.
request_started.disconnect(close_old_connections)
if not settings.DEBUG:
    request_started.disconnect(reset_queries)
# Caches are in memory, and the next request sets its URL configuration itself.
request_finished.disconnect(close_caches)
request_finished.disconnect(reset_urlconf)
application = wsgi_below(settings.PATH_PREFIX, with_static_files(Handler()))

from config.warm import warm_process  # noqa: E402 - as above

warm_process()
# What has been made so far stays: a full collection would walk half a million objects, a tenth of a second each time.
gc.collect()
gc.freeze()
