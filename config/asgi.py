"""The application that the production server runs: the WSGI application behind the edge."""

# It sets Django up, which the others need.
from config.wsgi import application as wsgi

# isort: split

from config.edge.application import Edge
from config.edge.policy import begin, most_bytes

application = Edge(wsgi, begin, most_bytes)
