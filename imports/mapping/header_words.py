"""Words that headers of tables use, in several languages, folded; the likeliest first."""

import re

from imports.values.terms import folded


def _words(text: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in text.split(",") if word.strip())


_ID = """deposit id, deposit no, deposit number, deposit code, dep id, site id, site no, occurrence id,
    occurrence no, mine id, min id, minfile no, minfilno, minfile number, feature id, ftr id, ardf num, mods
    no, ams no, rec id, record id, id, uid, code, no, ид, код, номер"""
#: Columns in which databases and GIS write shapes as well-known text.
SHAPE_WORDS = _words(
    """wkt, the geom, geom, geometry, geom wkt, wkt geom, geometry wkt, shape, location wkt, outline, footprint,
        coordinates"""
)
#: Columns that hold the unit of an area.
UNIT_WORDS = _words("unit, units, unit of me, unit of measure, area unit, area units, uom, ед изм, единица измерения")
#: Numbers that a GIS gives to rows: another edition of the file gives them to other rows.
ROW_NUMBERS = _words("fid, objectid, oid, gid, ogc fid, objectid 1, objectid1, shape fid, index, unnamed 0")
#: What headers of coordinates add to their words: the datum, the unit.
PLACE_SUFFIX = re.compile(
    r"( (wgs ?(19)?84|nad ?(19)?(27|83)|etrs ?89|gda ?(94|2020)|epsg ?\d+|dd|deg(rees?)?|dec(imal)?|ddeg))+$"
)
#: What headers add that means nothing.
IDLE_SUFFIX = re.compile(r" (raw|orig(inal)?|as stated|from prefix|txt|desc)$")
#: Columns by which a table of licences is known.
LICENSE_COLUMN = re.compile(r"\b(ten(ement)? ?(id|no|number)|licen[cs]e|permit|claim|concession|лиценз)", re.I)
_COUNTRY = """country, country name, country raw, country code, iso2, iso3, nation, pays, land, pais, страна,
    государство"""
_COMMODITIES = """commodities, commodity, commodities products, products, commod1, commodity d1, main commodity, minerals,
    mineral, elements, commodity group, substance, rohstoff, ree elements, commod, commod d, primary
    commodity, secondary commodity, substances, substancia, sustancia, sustancias, subs, substance
    principale, полезное ископаемое, полезные ископаемые, сырье, минерал, other commodities"""

#: Key of a deposit → words.
DEPOSIT_WORDS: dict[str, tuple[str, ...]] = {
    "external_id": _words(_ID),
    "name": _words(
        """name, deposit name, name en, name1, dep name, deposit, site name, mine name, occurrence name, occ name, prospect
        name, property name, feature name, ftr name, facility name, project name, namemine, mine, mine fac, facility,
        project, prospect, occurrence, title, nom, nombre, nome, bezeichnung, название, наименование, месторождение,
        объект, рудопроявление, атауы, номи"""
    ),
    "other_names": _words(
        """other names, other name, also known as, aka, aliases, alias, names, synonyms, name2, name3, alternative names,
        другие названия, синонимы"""
    ),
    "country": _words(_COUNTRY),
    "admin_area": _words(
        """admin area, state or province, state, province, provinces, subnational area, subnational level, departamento,
        depa, provincia, uf, region, oblast, district, county, область, регион, район"""
    ),
    "longitude": _words("longitude, lon, long, lng, x, easting, long dd, longitude dd, долгота, lange, laenge"),
    "latitude": _words("latitude, lat, y, northing, lat dd, latitude dd, широта, breite"),
    "occurrence_type": _words("occurrence type, site type, object type, ftr type, feature type, вид объекта"),
    "deposit_type": _words(
        """deposit type, dep type, deposit model, deposit class, genetic type, model, min style, style, type, тип,
        генетический тип"""
    ),
    "development_status": _words(
        """development status, development stage, stage, status, status d, dev stat, mine status, статус, состояние, степень
        освоения"""
    ),
    "commodities": _words(_COMMODITIES),
    "discovery_year": _words("discovery year, disc yr, year discovered, year, год открытия"),
    "host_rock": _words("host rock, hrock type, host rocks, hostrock, host litho, host lithology, lithology, вмещающие породы"),
    "age": _words("age, geological age, min age, mineralization age, возраст"),
    "ore_minerals": _words("ore minerals, ore, value mat, рудные минералы"),
    "locality": _words(
        "locality, location, location municipality, municipality, town, nearest town, municipio, местоположение"
    ),
    "description": _words("description, comments, comment, remarks, notes, information, описание, примечание"),
}

#: Key of a licence → words.
LICENSE_WORDS: dict[str, tuple[str, ...]] = {
    "external_id": _words(f"tenid, license id, tenure id, claim id, licence id, tenement id, {_ID}"),
    "number": _words(
        """license number, licence number, fmt tenid, license no, licence no, license nbr, licence nbr, tenement no, permit
        number, permit no, tenure number id, tenure number, title number, claim number, claim no, grant number, serial nr
        full, serial nr, serial number, processo, numero processo, codigou, codigo, number, номер лицензии, лицензия,
        licence, license"""
    ),
    "name": _words("name, claim name, concesion, concession, nombre, nome, nom, title, site, название, наименование, участок"),
    "country": _words(_COUNTRY),
    "kind": _words(
        """license type, licence type, tenement type, tenementtype, casetype, tenure type, title type, fase, type, kind, вид
        лицензии, тип, вид"""
    ),
    "status": _words(
        """status, tenstatus, case disp, tenure status, d estado, estado, situacion, situacao, statut, license status,
        licence status, статус, состояние"""
    ),
    "applied": _words("application date, applied, startdate, date applied, stakedate, fec denu, дата заявки"),
    "granted": _words(
        """grant date, grantdate, granted, issue date, fecha de otorgamiento, fecha otorgamiento, date octroi, issued,
        issdate, issuedate, date granted, date issued, дата выдачи"""
    ),
    "expires": _words(
        """expiry date, expirydate, expdate, enddate, expires, expiry, expiration date, end date, valid until, good to date,
        fecha de vencimiento, date expiration, срок действия, дата окончания"""
    ),
    "declared_area_km2": _words(
        """area, legal area, area ha, area km2, area sq km, area in hectares, hectares, hectagis, acres, ttl case acres,
        superficie, площадь, площадь га, площадь км2"""
    ),
    "parties": _words(
        """holder, holders, holder1, owner, licensee, company, license holder, licence holder, client name, holder name,
        owner name, owners, operator, operadora, titular, titulares, tit conces, concessionaire, titulaire,
        недропользователь, владелец, компания"""
    ),
    "commodities": _words(_COMMODITIES),
    "block_codes": _words("blocks, block codes, блоки"),
    "description": _words("description, comments, remarks, описание, примечание"),
}

#: Key of an estimate → words.
ESTIMATE_WORDS: dict[str, tuple[str, ...]] = {
    "deposit": _words(
        "deposit, deposit name, project, mine, property, site, ftr name, feature name, name, месторождение, объект"
    ),
    "zone": _words("zone, ore body, orebody, domain, lens, участок, рудное тело"),
    "commodity": _words("commodity, metal, material, substance, полезное ископаемое"),
    "reporting_code": _words(
        "code, reporting code, standard, reporting standard, jorc code, rsrc code, resource code, классификация"
    ),
    "category": _words(
        """category, resource category, reserve category, classification, resource class, rsrc class, class, confidence,
        категория, категория запасов"""
    ),
    "stage": _words("resource or reserve, rsrc descr, resource description, type, estimate type, stage"),
    "effective": _words(
        "effective date, as of, effective, rsrc date, resource date, date, year, estimate date, report date, дата, год, на дату"
    ),
    "cutoff_as_printed": _words("cut off, cutoff, cut off grade, cutoff grade, cutoffgrad, бортовое содержание"),
}

#: Key of an estimate → words of a column of figures, and of the column with their units, where each row has its own.
FIGURE_WORDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ore_tonnes": (_words("ore, ore tonnage, tonnage"), _words("ore unit, ore units, tonnage unit, tonnage units")),
    "contained_tonnes": (
        _words("contained, contained metal, contained amount"),
        _words("contained unit, contained units, cont unit, cont units"),
    ),
    "grades": (_words("grade, average grade"), _words("grade unit, grade units, unit of grade")),
}
