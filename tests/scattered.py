"""Many deposits at once."""

from django.db import connection

from tests import records


def scatter(number: int, seed: int = 1, status: str = "published") -> None:
    """Insert deposits all over the world, clustered, in a few statements; each cites a source, half hold rare earths."""
    country, metal, source = records.country(), records.commodity(ree=True, kind="other"), records.source()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registry_deposit (slug, name, country_id, development_status, location, location_kind, description,
                record_status, occurrence_type, deposit_type)
            SELECT 's' || %(seed)s || '-' || i, 'Scattered ' || i, CASE WHEN i %% 3 > 0 THEN %(country)s END,
                (ARRAY['operating','closed','exploration'])[1 + i %% 3],
                ST_SetSRID(ST_Point(
                    -180 + 360 * u(i, 1) ^ (1 + i %% 4), -90 + 180 * u(i, 2) ^ (1 + i %% 3)), 4326),
                'reported', '', %(status)s, 'deposit', 'unknown'
            FROM (SELECT i FROM generate_series(1, %(number)s) i) g
            """.replace("u(i, 1)", "((hashint8extended(i, %(seed)s) & 65535) / 65536.0)::float8").replace(
                "u(i, 2)", "((hashint8extended(i, %(seed)s + 7) & 65535) / 65536.0)::float8"
            ),
            {"seed": seed, "country": country.pk, "number": number, "status": status},
        )
        cursor.execute(
            "INSERT INTO registry_citation (deposit_id, source_id, relation, fields, locator, quote, note)"
            " SELECT id, %s, 'supports', '{name,country,development_status,location,commodities}', '', '', ''"
            " FROM registry_deposit WHERE slug LIKE %s",
            [source.pk, f"s{seed}-%"],
        )
        cursor.execute(
            "INSERT INTO registry_depositcommodity (deposit_id, commodity_id, role)"
            " SELECT id, %s, 'main' FROM registry_deposit WHERE slug LIKE %s AND id %% 2 = 0",
            [metal.pk, f"s{seed}-%"],
        )
