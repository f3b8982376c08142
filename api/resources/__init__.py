"""The resources, one declaration per file; importing this package makes them known."""

from api.resources import (  # noqa: F401
    commodities,
    countries,
    deposits,
    disagreements,
    estimates,
    findings,
    frameworks,
    licenses,
    organizations,
    prospecting,
    regions,
    sources,
)
