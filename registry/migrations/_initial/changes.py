"""The log of what readers saw change, and the indexes by which the history finds the rows of a record."""

LOG = r"""
-- What one transaction changed of one record, as readers see it: a row per transaction and record, written by the triggers
-- of api/changes. Readers are shown rows whose transaction is older than every open one, in the order of the key.
CREATE TABLE registry_change (
    transaction bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    record bigint NOT NULL,
    operation text NOT NULL CHECK (operation IN ('create', 'update', 'publish', 'withdraw', 'merge', 'delete', 'unseen')),
    at timestamptz NOT NULL,
    version integer NOT NULL,
    merged_into bigint,
    slug text NOT NULL,
    uid uuid NOT NULL,
    fields text[] NOT NULL,
    PRIMARY KEY (transaction, kind, record)
);
COMMENT ON TABLE registry_change IS 'What readers saw change: one row per transaction and record.';

-- Transaction numbers mean something within one database of one server only. A database that was restored elsewhere
-- begins a new era, and what was noted before goes below all numbers.
CREATE TABLE registry_changeera (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    era text NOT NULL,
    place text NOT NULL
);

CREATE FUNCTION registry_place() RETURNS text LANGUAGE sql STABLE AS $$
SELECT (SELECT system_identifier FROM pg_control_system())::text || '/'
    || (SELECT oid FROM pg_database WHERE datname = current_database())::text
$$;
"""

#: History table → the columns of which one names the record that a row belongs to, or names besides.
_SEVERAL = {
    "name": ("deposit prospecting_object license policy_framework organization country region commodity",),
    "externalid": (
        "deposit prospecting_object license policy_framework organization country region commodity source finding"
        " disagreement estimate license_event citation",
    ),
    "citation": (
        "deposit estimate prospecting_object license license_event policy_framework organization finding cited_source"
        " country region commodity",
        "source",
    ),
    "disagreementmember": (
        "deposit estimate prospecting_object license license_event policy_framework organization country finding citation"
        " source",
        "disagreement",
    ),
    "findingsubject": ("country region commodity deposit prospecting_object license policy_framework organization", "finding"),
    "depositcommodity": ("deposit",),
    "depositparty": ("deposit", "organization"),
    "prospectingcommodity": ("prospecting_object",),
    "grade": ("estimate",),
    "licenseparty": ("license", "organization"),
    "licenseevent": ("license",),
    "licensecommodity": ("license",),
    "licensesite": ("license", "deposit prospecting_object"),
    "frameworkparty": ("framework", "organization"),
    "frameworkregion": ("framework",),
    "frameworkcommodity": ("framework",),
    "frameworkevent": ("framework",),
    "findinglink": ("finding",),
    "sourcepublisher": ("source",),
    "regionmember": ("region", "country"),
    "commoditymember": ("group", "member"),
    "reeschemeclass": ("element",),
    "deposit": ("parent",),
    "resourceestimate": ("deposit prospecting_object", "supersedes"),
    "prospectingobject": ("became_deposit", "member_of"),
    "license": ("legal_basis",),
    "policyframework": ("parent", "supersedes"),
    "organization": ("parent",),
    "region": ("parent",),
    "commodity": ("element",),
    "source": ("derived_from",),
    "finding": ("source",),
}


def history_indexes() -> str:
    """Give the statements that make the indexes."""
    found = []
    for table, groups in _SEVERAL.items():
        for group in groups:
            columns = [f'"{name}_id"' for name in group.split()]
            if len(columns) == 1:
                name, what = f"registry_{table}history_{group}", columns[0]
            else:
                name, what = f"registry_{table}history_belongs", f"(COALESCE({', '.join(columns)}))"
            where = (
                "" if len(columns) > 1 or (len(groups) == 1 and table not in _RECORDS) else f" WHERE {columns[0]} IS NOT NULL"
            )
            found.append(f"CREATE INDEX {name} ON registry_{table}history ({what}){where};")
    return "".join(found)


_RECORDS = ("deposit", "license", "organization", "region", "commodity", "source", "finding")

UNDO = """
DROP FUNCTION registry_place();
DROP TABLE registry_change, registry_changeera;
"""
