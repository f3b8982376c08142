"""What the pages of located records share: the fieldset of the place."""

PLACE_FIELDSET = (
    "Place",
    {
        "fields": (
            "location",
            "location_kind",
            ("location_uncertainty_m", "uncertainty_basis"),
            ("coordinates_as_printed", "source_srid"),
            "footprint",
        ),
        "description": "As a source states it, never invented: a record without coordinates says why it has none. "
        "Type or paste coordinates in any notation, or click on the map.",
    },
)
