"""The application that a production server runs."""

import gc
import os
from typing import Any

from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries

from config.prefix import wsgi_below
from config.static import with_static_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_wsgi_application()
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
application = wsgi_below(settings.PATH_PREFIX, with_static_files(django))

from config.warm import warm_process  # noqa: E402 - its models want Django set up

warm_process()
# What has been made so far stays: a full collection would walk half a million objects, a tenth of a second each time.
gc.collect()
gc.freeze()
