"""Lines to copy that fetch a record in other programs."""

from api.resources.resource import Resource


def snippets(resource: Resource, api: str) -> list[tuple[str, str]]:
    """Return (program, lines) for a record's address in the API."""
    found = [
        ("curl", f"curl -s {api}"),
        ("Python", f"import requests\n\nrecord = requests.get(\n    {api!r}\n).json()"),
        ("R", f'record <- jsonlite::fromJSON(\n  "{api}"\n)'),
    ]
    if resource.geometry:
        found += [
            ("geopandas", f"import geopandas\n\nrecord = geopandas.read_file(\n    {api + '?format=geojson'!r}\n)"),
            ("QGIS", f"Layer › Add Layer › Add Vector Layer\nProtocol: HTTP(S)\nURI: {api}?format=geojson"),
        ]
    return found
