"""What is said of a licence."""

from registry.vocabularies.base import Vocabulary


class LicenseKind(Vocabulary):
    """What a licence allows."""

    GEOLOGICAL_STUDY = "geological_study", "Geological study"
    EXPLORATION = "exploration", "Exploration"
    MINING = "mining", "Mining"
    COMMON_MINERALS = "common_minerals", "Common minerals"
    SUBSOIL_SPACE = "subsoil_space", "Subsoil space"
    ARTISANAL = "artisanal", "Artisanal"
    CONTRACT = "contract", "Contract"
    CLAIM = "claim", "Claim"
    RETENTION = "retention", "Retention"
    OTHER = "other", "Other"


class LicenseStatus(Vocabulary):
    """The status as stated by a source; *expired by date* is derived and shown beside it."""

    APPLIED = "applied", "Applied for"
    GRANTED = "granted", "Granted"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    RELINQUISHED = "relinquished", "Relinquished"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"
    SURRENDERED = "surrendered", "Surrendered"
    REFUSED = "refused", "Refused"
    CONVERTED = "converted", "Converted into another licence"
    UNKNOWN = "unknown", "Unknown"


class LicenseRole(Vocabulary):
    """What an organization is to a licence."""

    HOLDER = "holder", "Holder"
    OPERATOR = "operator", "Operator"
    BENEFICIAL_OWNER = "beneficial_owner", "Beneficial owner"
    APPLICANT = "applicant", "Applicant"


class LicenseEventKind(Vocabulary):
    """What happened to a licence."""

    APPLICATION = "application", "Application"
    TENDER = "tender", "Tender or auction"
    GRANT = "grant", "Grant"
    EXTENSION = "extension", "Extension"
    AMENDMENT = "amendment", "Amendment"
    TRANSFER = "transfer", "Transfer"
    AGREEMENT = "agreement", "Agreement"
    PARTIAL_RELINQUISHMENT = "partial_relinquishment", "Partial relinquishment"
    SUSPENSION = "suspension", "Suspension"
    REVOCATION = "revocation", "Revocation"
    EXPIRY = "expiry", "Expiry"
    COURT_CASE = "court_case", "Court case or arbitration"
    COURT_DECISION = "court_decision", "Court decision"
    STATEMENT = "statement", "Statement about the licence"
    OTHER = "other", "Other"


#: The status that an event results in; other events do not change it.
RESULTS: dict[LicenseEventKind, LicenseStatus] = {
    LicenseEventKind.APPLICATION: LicenseStatus.APPLIED,
    LicenseEventKind.GRANT: LicenseStatus.GRANTED,
    LicenseEventKind.EXTENSION: LicenseStatus.GRANTED,
    LicenseEventKind.SUSPENSION: LicenseStatus.SUSPENDED,
    LicenseEventKind.REVOCATION: LicenseStatus.REVOKED,
    LicenseEventKind.EXPIRY: LicenseStatus.EXPIRED,
}
#: The statuses of a licence that is over.
OVER = frozenset(
    (
        LicenseStatus.RELINQUISHED,
        LicenseStatus.EXPIRED,
        LicenseStatus.REVOKED,
        LicenseStatus.SURRENDERED,
        LicenseStatus.REFUSED,
        LicenseStatus.CONVERTED,
    )
)
#: The statuses of a licence that is a right, if only a suspended one.
LIVE = frozenset((LicenseStatus.GRANTED, LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED))
