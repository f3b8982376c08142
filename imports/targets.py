"""What a mapped row may say of each kind of record: the contract between mappings and the upsert.

Scalar keys are columns of the model. Countries are ISO 3166-1 codes, commodities symbols, dates partial ISO 8601 text. A key
that is absent is not touched; a key that is None is unknown.
"""

from typing import TypedDict


class ExternalIdTarget(TypedDict):
    """What the file's publisher calls the record; the key by which a later load finds it again."""

    scheme: str
    value: str


class NameTarget(TypedDict, total=False):
    """Another name."""

    text: str
    language: str
    kind: str


class CommodityTarget(TypedDict, total=False):
    """A commodity by its symbol, with a role where the record's kind has one."""

    symbol: str
    role: str


class PartyTarget(TypedDict, total=False):
    """A party of a licence: an organization by its name as printed, or a private holder."""

    organization: str
    private_holder: bool
    role: str
    share_pct: float


class DepositTarget(TypedDict, total=False):
    """A deposit; `location` is (longitude, latitude) in degrees of WGS 84, `footprint` hexadecimal EWKB."""

    external_id: ExternalIdTarget
    name: str
    other_names: list[NameTarget]
    country: str | None
    admin_area: str | None
    admin_code: str | None
    locality: str | None
    occurrence_type: str
    deposit_type: str
    development_status: str
    type_as_stated: str | None
    status_as_stated: str | None
    discovery_year: int | None
    host_rock: str | None
    age: str | None
    ore_minerals: str | None
    description: str
    location: tuple[float, float] | None
    footprint: str | None
    location_kind: str
    coordinates_as_printed: str | None
    location_uncertainty_m: float | None
    uncertainty_basis: str
    source_srid: int | None
    commodities: list[CommodityTarget]
    #: Columns for a deposit that the registry does not have yet; one that it has keeps its own.
    when_new: dict[str, str]


class LicenseTarget(TypedDict, total=False):
    """A licence; `area` is hexadecimal EWKB of a MultiPolygon in WGS 84.

    `location` is (longitude, latitude) of a file that gives a point instead of an outline: no place of the licence, but kept
    as what the citation states, and compared with the stated country.
    """

    external_id: ExternalIdTarget
    name: str | None
    number: str | None
    country: str | None
    kind: str
    kind_as_stated: str | None
    status: str
    status_as_stated: str | None
    applied: str | None
    granted: str | None
    expires: str | None
    ended: str | None
    area: str | None
    location: tuple[float, float] | None
    declared_area_km2: float | None
    block_codes: str | None
    description: str
    parties: list[PartyTarget]
    commodities: list[CommodityTarget]


class CountryTarget(TypedDict, total=False):
    """A country's shape; found by its ISO 3166-1 alpha-3 code, never made."""

    iso3: str
    boundary: str
    boundary_source: str
    boundary_date: str


class FindingTarget(TypedDict, total=False):
    """A figure that a table states of a country."""

    external_id: ExternalIdTarget
    text: str
    topic: str
    measure: str
    country: str | None
    #: A region in the place of a country: "world".
    region: str
    commodity: str
    value: float | None
    value_low: float | None
    value_high: float | None
    comparator: str
    unit: str
    as_of: str | None
    modality: str
    speaker: str
    locator: str


#: Kind of record → what a mapped row may say of it.
TARGETS: dict[str, type] = {
    "deposit": DepositTarget,
    "license": LicenseTarget,
    "country": CountryTarget,
    "finding": FindingTarget,
}
