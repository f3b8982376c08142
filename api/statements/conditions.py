"""What the filters of statements narrow: citations `c`, findings `r` with their own source, and single rows."""

from dataclasses import dataclass, field

from registry.sql import Sql, joined, sql

#: So many indexes are walked side by side at most.
_MOST_WAYS = 20
#: Conditions on citations, each with the column of the records that they are of; at most one holds for a citation.
ByOwner = list[tuple[str, Sql]]


@dataclass
class Narrowed:
    """The conditions on each part of the answer; None leaves a part out."""

    citations: list[Sql] = field(default_factory=list)
    findings: list[Sql] | None = field(default_factory=list)
    #: The conditions on single rows: a citation has an entry for each.
    rows: list[Sql] = field(default_factory=list)
    #: The kinds of record that are left: citations of each are read along an index of their own.
    owners: ByOwner | None = None
    #: Conditions of which a citation fulfils one or more, each with an index of its own.
    ways: list[Sql] = field(default_factory=list)

    def add(self, citations: Sql, findings: Sql | None) -> None:
        """Narrow both parts."""
        self.citations.append(citations)
        self.add_findings(findings)

    def add_owners(self, owners: ByOwner, findings: Sql | None) -> None:
        """Narrow to the records that are cited."""
        if self.owners is not None:
            owners = [
                (column, sql("{one} AND {other}", one=one, other=other))
                for column, one in self.owners
                for same, other in owners
                if column == same
            ]
        self.owners = owners
        self.add_findings(findings)

    def add_ways(self, ways: list[Sql], findings: Sql | None) -> None:
        """Narrow to citations that fulfil one of some conditions: each is an index of its own, if there are no others yet."""
        if self.ways or len(ways) > _MOST_WAYS:
            self.citations.append(sql("({ways})", ways=joined(" OR ", ways)))
        else:
            self.ways = ways
        self.add_findings(findings)

    def add_findings(self, findings: Sql | None) -> None:
        """Narrow the findings."""
        if findings is None or self.findings is None:
            self.findings = None
        else:
            self.findings.append(findings)
