"""How the API describes itself."""

from typing import Any

from registry import vocabularies

DESCRIPTION = """
What sources state about rare-earth deposits, prospecting objects, licences and policies: who, where, when and how reliably.

Reading needs no account and no key, and works from any origin. Lists are paged (`limit`, then the URL under `next`) and
available as JSON, GeoJSON or CSV (`format=` or `Accept`). Every filter accepts several values (any of them matches),
separated by commas or as repeated keys; `__gte`, `__lte`, `__gt`, `__lt`, `__not` and `__isnull` are appended to its name.
`country` and `region` use what is *stated*, so they also find records without a location; `within`, `bbox`, `near` and
`intersects` use the geometry. An unknown parameter, value or field is an error that names it (RFC 9457); it is never
ignored. Responses have an ETag that changes with every change of the data. Coordinates are WGS 84, longitude first.
Unknown values are null.
""".strip()

SETTINGS: dict[str, Any] = {
    "TITLE": "Rare-earth deposits registry",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1.0.0",
    "LICENSE": {
        "name": "Data: CC BY 4.0, with attribution per source; code: Apache-2.0",
        "url": "https://creativecommons.org/licenses/by/4.0/",
    },
    "OAS_VERSION": "3.0.3",
    "SERVE_INCLUDE_SCHEMA": False,
    # Parameters come in the order of their declaration.
    "SORT_OPERATION_PARAMETERS": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_NAME_OVERRIDES": {
        **{
            f"{name}Code": f"registry.vocabularies.{name}"
            for name in vocabularies.__all__
            if name not in ("Vocabulary", "CATEGORIES", "PLACED")
        },
        "WarningCode": ["outside_stated_country"],
        "OutlineWarningCode": ["outside_stated_country", "area_differs"],
        "PointTypeCode": ["Point"],
        "MultiPolygonTypeCode": ["MultiPolygon"],
        "FeatureTypeCode": ["Feature"],
        "FeatureCollectionTypeCode": ["FeatureCollection"],
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "DISABLE_ERRORS_AND_WARNINGS": False,
    "POSTPROCESSING_HOOKS": [
        "api.rest.named_enums.detach",
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.rest.named_enums.name_enums",
        "api.resources.nulls.permit_nulls",
        "api.rest.shared_parts.share_parts",
    ],
}
