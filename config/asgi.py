"""The application that the production server runs: the WSGI application behind the edge."""

# It sets Django up, which the others need.
from config.wsgi import application as wsgi

# isort: split

from django.conf import settings

from config.edge.application import Edge
from config.edge.kept import all_pass
from config.edge.measures import answer
from config.edge.policy import begin, most_bytes
from config.metrics.process import keep_looking
from config.prefix import asgi_below
from config.sealer import keep_sealing

# A quarter of the memory for bodies, which are the same bytes as those that `api.http.cache` keeps.
kept = settings.BODY_CACHE_BYTES // 4 if all_pass(settings.MIDDLEWARE) else 0
edge = Edge(wsgi, begin, most_bytes, kept, answer)
keep_looking(edge)
application = asgi_below(settings.PATH_PREFIX, edge)

if not settings.TESTING:
    keep_sealing()
