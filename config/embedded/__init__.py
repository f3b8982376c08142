"""The default database: a private PostGIS that belongs to this checkout.

Standard library only, because `./run` needs it before anything is installed. Which program, which account and which
folder are decided in `binaries`, `account` and `place`; `making` makes a cluster, `cluster` and `server` start and stop
it, `lease` shares it between all who use it, `backup` saves and brings back what is in it.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def embedded_url(*, test: bool) -> str:
    """Return the address of this checkout's private database.

    Raises django.core.exceptions.ImproperlyConfigured when it was never made.
    """
    from config.embedded.location import ClusterLocation

    place = ClusterLocation.made(ROOT, test=test)
    if place is None:
        from django.core.exceptions import ImproperlyConfigured

        raise ImproperlyConfigured(f"there is no database: set DATABASE_URL or start with ./run {'test' if test else 'serve'}")
    return place.url
