"""The edge of a worker: it waits for clients, so that no thread has to.

Granian speaks HTTP and calls `application.Edge` through ASGI. The edge reads the body of a request, hands the complete
request to a thread of its lane (`lanes`), and sends the response, each within the deadlines of `clients`. A request that
waits for a change waits here (`polls`). The application itself stays WSGI: plain functions, one thread per request.
"""
