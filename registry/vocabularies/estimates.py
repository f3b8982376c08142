"""How a resource or reserve is stated, and which categories each reporting code knows."""

from registry.vocabularies.base import Vocabulary

_METHOD = "http://resource.geosciml.org/classifier/cgi/classification-method-used/"


class ReportingCode(Vocabulary):
    """The code an estimate was reported under."""

    JORC = "JORC", _METHOD + "jorc-code", "JORC (Australasia)"
    NI43_101 = "NI43-101", _METHOD + "ni-43-101", "NI 43-101 (Canada)"
    SAMREC = "SAMREC", _METHOD + "samrec-code", "SAMREC (South Africa)"
    SEC_SK1300 = "SEC_SK1300", None, "SEC S-K 1300 (United States)"
    PERC = "PERC", _METHOD + "perc-code", "PERC (Europe)"
    KAZRC = "KAZRC", None, "KAZRC (Kazakhstan)"
    NAEN = "NAEN", None, "NAEN (Russia)"
    CRIRSCO_OTHER = "CRIRSCO_other", _METHOD + "crirsco-code", "Other code of the CRIRSCO family"
    SEC_IG7 = "SEC_IG7", _METHOD + "sec-guide", "SEC Industry Guide 7 (United States, until 2020)"
    # CGI's `russian-code` is order 278 of 2006 of Russia, not the code of the USSR and its other successors.
    GKZ = "GKZ", None, "GKZ (USSR and successors)"
    UNFC = "UNFC", _METHOD + "unfc-code", "UNFC"
    GBT17766 = "GBT17766", None, "GB/T 17766 (China)"
    NON_COMPLIANT = "non_compliant", _METHOD + "non-compliant-resource-estimate", "Not compliant with any code"
    UNSPECIFIED = "unspecified", "Code not stated"


class CodeFamily(Vocabulary):
    """Reporting codes whose figures may be set beside one another; a code that is like no other is a family of its own."""

    CRIRSCO = "CRIRSCO", "CRIRSCO family: JORC, NI 43-101, SAMREC, S-K 1300 and others"
    GKZ = "GKZ", "GKZ: the system of the USSR and its successors"
    SEC_IG7 = "SEC_IG7", "SEC Industry Guide 7 (United States, until 2020)"
    UNFC = "UNFC", "UNFC"
    GBT17766 = "GBT17766", "GB/T 17766 (China)"
    NON_COMPLIANT = "non_compliant", "Not compliant with any code"
    UNSPECIFIED = "unspecified", "Code not stated"


def code_family(code: str) -> CodeFamily:
    """Return the family of a reporting code."""
    return CodeFamily(code) if code in CodeFamily.values else CodeFamily.CRIRSCO


def family_codes() -> dict[str, list[str]]:
    """Return the reporting codes of each family."""
    return {str(family.value): [code for code in ReportingCode.values if code_family(code) is family] for family in CodeFamily}


class EstimateCategory(Vocabulary):
    """The category of an estimate; which are legal depends on the reporting code (`CATEGORIES`)."""

    MEASURED = "measured", "Measured"
    INDICATED = "indicated", "Indicated"
    INFERRED = "inferred", "Inferred"
    MEASURED_INDICATED = "measured+indicated", "Measured and indicated"
    INDICATED_INFERRED = "indicated+inferred", "Indicated and inferred"
    MEASURED_INDICATED_INFERRED = "measured+indicated+inferred", "Measured, indicated and inferred"
    PROVED = "proved", "Proved"
    PROBABLE = "probable", "Probable"
    PROVED_PROBABLE = "proved+probable", "Proved and probable"
    GKZ_A = "A", "GKZ A"
    GKZ_B = "B", "GKZ B"
    GKZ_C1 = "C1", "GKZ C1"
    GKZ_C2 = "C2", "GKZ C2"
    GKZ_A_B = "A+B", "GKZ A+B"
    GKZ_A_B_C1 = "A+B+C1", "GKZ A+B+C1"
    GKZ_B_C1 = "B+C1", "GKZ B+C1"
    GKZ_B_C1_C2 = "B+C1+C2", "GKZ B+C1+C2"
    GKZ_C1_C2 = "C1+C2", "GKZ C1+C2"
    GKZ_A_B_C1_C2 = "A+B+C1+C2", "GKZ A+B+C1+C2"
    GKZ_P1 = "P1", "GKZ P1 (forecast)"
    GKZ_P2 = "P2", "GKZ P2 (forecast)"
    GKZ_P3 = "P3", "GKZ P3 (forecast)"
    GKZ_P1_P2 = "P1+P2", "GKZ P1+P2 (forecast)"
    GKZ_P1_P2_P3 = "P1+P2+P3", "GKZ P1+P2+P3 (forecast)"


_MINERAL_RESOURCE = (
    "measured",
    "indicated",
    "inferred",
    "measured+indicated",
    "indicated+inferred",
    "measured+indicated+inferred",
)
_ORE_RESERVE = ("proved", "probable", "proved+probable")
_CRIRSCO = _MINERAL_RESOURCE + _ORE_RESERVE
_GKZ = tuple(c.value for c in EstimateCategory if c.value not in _CRIRSCO)

#: Reporting code → categories that it knows. A UNFC estimate has an E/F/G triple instead; the last two have none.
CATEGORIES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("JORC", "NI43-101", "SAMREC", "SEC_SK1300", "PERC", "KAZRC", "NAEN", "CRIRSCO_other"),
        _CRIRSCO,
    ),
    "SEC_IG7": _ORE_RESERVE,
    "GKZ": _GKZ,
    "GBT17766": (*_CRIRSCO,),
    "UNFC": (),
    "non_compliant": (),
    "unspecified": (*_CRIRSCO,),
}


class EstimateStage(Vocabulary):
    """What kind of quantity an estimate is."""

    RESOURCE = "resource", "Resource"
    RESERVE = "reserve", "Reserve"
    EXPLORATION_TARGET = "exploration_target", "Exploration target"
    FORECAST = "forecast", "Forecast resource"
    HISTORIC_PRODUCTION = "historic_production", "Historic production"
    UNSPECIFIED = "unspecified", "Not stated"


class Comparator(Vocabulary):
    """How a figure is qualified by its source."""

    EQ = "eq", "Equal to"
    APPROX = "approx", "About"
    GT = "gt", "More than"
    LT = "lt", "Less than"


class ContainedBasis(Vocabulary):
    """What contained tonnes count."""

    REO = "REO", "Rare-earth oxides"
    REE = "REE", "Rare-earth metals"
    ELEMENT = "element", "The named element"
    OXIDE = "oxide", "The named oxide"
    UNSPECIFIED = "unspecified", "Not stated"


class GradeUnit(Vocabulary):
    """The unit of a grade; how many of it make a whole stands in `GRADE_WHOLES`."""

    PCT = "pct", "Per cent"
    PPM = "ppm", "Parts per million"
    G_T = "g_t", "Grams per tonne"
    KG_T = "kg_t", "Kilograms per tonne"


#: How many of a unit make a mass fraction of 1; dividing by a whole number keeps 0.204 % at 0.00204.
GRADE_WHOLES: dict[str, int] = {"pct": 100, "ppm": 1_000_000, "g_t": 1_000_000, "kg_t": 1_000}
