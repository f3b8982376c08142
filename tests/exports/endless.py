"""An export without end: what happens when its reader goes away, or stays and does not read."""

ENDLESS = "COPY (SELECT repeat('x', 1000) FROM (SELECT generate_series(1, 1000000000)) rows) TO STDOUT"
#: Where `tests.exports.endless_server` serves it.
PATH = "/endless/export/"
