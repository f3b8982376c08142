"""The application that the production server runs: the WSGI application behind the edge."""

# It sets Django up, which the others need.
from config.wsgi import application as wsgi

# isort: split

from django.conf import settings

from config.edge.application import Edge
from config.edge.policy import begin, most_bytes
from config.prefix import asgi_below

application = asgi_below(settings.PATH_PREFIX, Edge(wsgi, begin, most_bytes))
