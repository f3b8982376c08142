"""PostGIS functions as Django expressions."""

from django.contrib.gis.db.models import GeometryField
from django.db.models import Func


class Geography(Func):
    """The same geometry measured in metres on the ellipsoid instead of degrees."""

    function = "geography"
    output_field = GeometryField(srid=4326, geography=True)
