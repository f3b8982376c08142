"""What is said of a deposit."""

from registry.vocabularies.base import Vocabulary

_OCCURRENCE = "http://resource.geosciml.org/classifier/cgi/mineral-occurrence-type/"
_MODEL = "http://resource.geosciml.org/classifier/cgi/mineral-deposit-model/"
_STATUS = "http://resource.geosciml.org/classifier/cgi/mine-status/"


class OccurrenceType(Vocabulary):
    """CGI / INSPIRE mineral occurrence type."""

    OCCURRENCE = "occurrence", _OCCURRENCE + "occurrence", "Occurrence"
    PROSPECT = "prospect", _OCCURRENCE + "prospect", "Prospect"
    DEPOSIT = "deposit", _OCCURRENCE + "deposit", "Deposit"
    FIELD = "field", _OCCURRENCE + "field", "Field"
    PROVINCE = "province", _OCCURRENCE + "province", "Province"


class DepositType(Vocabulary):
    """Genetic type, after the CGI mineral deposit models."""

    CARBONATITE = "carbonatite", _MODEL + "carbonatite", "Carbonatite"
    CARBONATITE_LATERITE = "carbonatite_laterite", _MODEL + "carbonatite-laterite-ree", "Carbonatite laterite"
    ION_ADSORPTION_CLAY = "ion_adsorption_clay", _MODEL + "ion-adsorption-ree", "Ion-adsorption clay"
    PERALKALINE_IGNEOUS = "peralkaline_igneous", _MODEL + "peralkaline-igneous", "Peralkaline igneous"
    PLACER = "placer", _MODEL + "placer", "Placer"
    PALEOPLACER = "paleoplacer", None, "Palaeoplacer"
    HEAVY_MINERAL_SANDS = "heavy_mineral_sands", _MODEL + "heavy-mineral-sands", "Heavy-mineral sands"
    PEGMATITE = "pegmatite", _MODEL + "pegmatite", "Pegmatite"
    IOCG = "iocg", None, "Iron oxide copper-gold"
    IOA = "ioa", _MODEL + "ioa", "Iron oxide-apatite"
    PHOSPHORITE = "phosphorite", _MODEL + "phosphorite", "Phosphorite"
    SANDSTONE_URANIUM = "sandstone_uranium", _MODEL + "sandstone-uranium", "Sandstone-hosted uranium"
    SKARN = "skarn", _MODEL + "skarn", "Skarn"
    BRECCIA_PIPE = "breccia_pipe", _MODEL + "breccia-pipe", "Breccia pipe"
    VEIN = "vein", _MODEL + "vein", "Vein"
    APATITE_INTRUSION = "apatite_intrusion", _MODEL + "apatite-intrusion", "Apatite intrusion"
    WEATHERED_CRUST = "weathered_crust", None, "Weathered crust"
    UNKNOWN = "unknown", "Unknown"
    OTHER = "other", "Other"


class DevelopmentStatus(Vocabulary):
    """CGI / INSPIRE mine status, and three codes of ours (exploration, undeveloped, unknown).

    CGI's `retention` (kept unexploited until prices rise) is left out: it states a motive, which no source of ours gives.
    Such a mine is `care_and_maintenance`, or `undeveloped` if it was never opened.
    """

    OPERATING = "operating", _STATUS + "operating", "Operating"
    CARE_AND_MAINTENANCE = "care_and_maintenance", _STATUS + "care-and-maintenance", "Care and maintenance"
    CLOSED = "closed", _STATUS + "closed", "Closed"
    ABANDONED = "abandoned", _STATUS + "abandoned", "Abandoned"
    HISTORIC = "historic", _STATUS + "historic", "Historic"
    CONSTRUCTION = "construction", _STATUS + "construction", "Under construction"
    FEASIBILITY = "feasibility", _STATUS + "feasibility", "Feasibility study"
    PENDING_APPROVAL = "pending_approval", _STATUS + "pending-approval", "Pending approval"
    EXPLORATION = "exploration", "Exploration"
    UNDEVELOPED = "undeveloped", "Undeveloped"
    UNKNOWN = "unknown", "Unknown"


class DepositParty(Vocabulary):
    """What an organization is to a deposit."""

    OPERATOR = "operator", "Operator"
    OWNER = "owner", "Owner"
