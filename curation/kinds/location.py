"""What the pages of located records share: the fieldset of the place."""

from django.utils.translation import gettext_lazy

PLACE_FIELDSET = (
    gettext_lazy("Place"),
    {
        "fields": (
            "location",
            "location_kind",
            ("location_uncertainty_m", "uncertainty_basis"),
            ("coordinates_as_printed", "source_srid"),
            "footprint",
        ),
        "description": gettext_lazy(
            "As stated by a source, never invented: a record without coordinates states why "
            "it has none. Type or paste coordinates in any notation, or click on the map."
        ),
    },
)
