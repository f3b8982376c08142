"""Words that headers of tables use, in several languages, folded; the likeliest first."""

_ID = ("id", "fid", "objectid", "oid", "gid", "rec id", "record id", "dep id", "deposit id", "site id", "code", "no", "ид", "код", "номер")
_COUNTRY = ("country", "country name", "country raw", "country code", "iso2", "iso3", "nation", "pays", "land", "pais", "страна", "государство")
_COMMODITIES = ("commodities", "commodity", "commod1", "main commodity", "minerals", "mineral", "elements", "commodity group")
_COMMODITIES += ("substance", "rohstoff", "полезное ископаемое", "полезные ископаемые", "сырье", "минерал", "other commodities")

#: Key of a deposit → words.
DEPOSIT_WORDS: dict[str, tuple[str, ...]] = {
    "external_id": _ID,
    "name": (
        "name", "deposit name", "deposit", "site name", "mine name", "occurrence name", "title", "nom", "nombre", "bezeichnung",
        "название", "наименование", "месторождение", "объект", "рудопроявление", "атауы", "номи",
    ),
    "other_names": ("other names", "aliases", "alias", "names", "synonyms", "alternative names", "другие названия", "синонимы"),
    "country": _COUNTRY,
    "admin_area": (
        "admin area", "state or province", "state", "province", "region", "oblast", "district", "county", "область", "регион", "район",
    ),
    "longitude": ("longitude", "lon", "long", "lng", "x", "easting", "long dd", "longitude dd", "долгота", "länge", "laenge"),
    "latitude": ("latitude", "lat", "y", "northing", "lat dd", "latitude dd", "широта", "breite"),
    "occurrence_type": ("occurrence type", "site type", "object type", "вид объекта"),
    "deposit_type": ("deposit type", "dep type", "genetic type", "model", "type", "тип", "генетический тип"),
    "development_status": ("development status", "status", "dev stat", "mine status", "статус", "состояние", "степень освоения"),
    "commodities": _COMMODITIES,
    "discovery_year": ("discovery year", "disc yr", "year discovered", "year", "год открытия"),
    "host_rock": ("host rock", "hrock type", "host rocks", "вмещающие породы"),
    "age": ("age", "geological age", "возраст"),
    "ore_minerals": ("ore minerals", "ore", "рудные минералы"),
    "locality": ("locality", "location", "местоположение"),
    "description": ("description", "comments", "remarks", "notes", "описание", "примечание"),
}  # fmt: skip

#: Key of a licence → words.
LICENSE_WORDS: dict[str, tuple[str, ...]] = {
    "external_id": ("tenid", "license id", "licence id", "tenement id", *_ID),
    "number": (
        "license number", "licence number", "fmt tenid", "license no", "licence no", "number", "номер лицензии", "лицензия", "licence", "license",
    ),
    "name": ("name", "title", "site", "название", "наименование", "участок"),
    "country": _COUNTRY,
    "kind": ("license type", "licence type", "tenement type", "type", "kind", "вид лицензии", "тип", "вид"),
    "status": ("status", "tenstatus", "license status", "licence status", "статус", "состояние"),
    "applied": ("application date", "applied", "startdate", "date applied", "дата заявки"),
    "granted": ("grant date", "grantdate", "granted", "issue date", "issued", "date granted", "дата выдачи"),
    "expires": ("expiry date", "enddate", "expires", "expiry", "expiration date", "end date", "valid until", "срок действия", "дата окончания"),
    "declared_area_km2": ("area", "legal area", "area ha", "area km2", "area sq km", "hectares", "площадь", "площадь га", "площадь км2"),
    "parties": (
        "holder", "holders", "holder1", "owner", "licensee", "company", "license holder", "licence holder", "titular", "недропользователь",
        "владелец", "компания",
    ),
    "commodities": _COMMODITIES,
    "block_codes": ("blocks", "block codes", "блоки"),
    "description": ("description", "comments", "remarks", "описание", "примечание"),
}  # fmt: skip
