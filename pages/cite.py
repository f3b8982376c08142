"""How to cite a record: in words, and as BibTeX, RIS and CSL-JSON."""

import json
import re
from dataclasses import dataclass
from typing import Any

from api.resources.resource import Resource
from explorer.language import in_default

PUBLISHER = "Rare-earth deposits registry"
TYPES = {
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
}
_SPECIAL = re.compile(r"([\\{}$&#%_^~])")


@dataclass(frozen=True)
class Citation:
    """What is cited as a reference, in a state that is fixed: of a record, by the time of its last change.

    `edition` says which state it is, `fixed` is the address of exactly that.
    """

    key: str
    title: str
    kind: str
    edition: str
    updated: str
    address: str
    fixed: str

    @property
    def words(self) -> str:
        """Return the reference as a line of text."""
        return f"{PUBLISHER} ({self.year}). {self.title} [{self.kind}, {self.edition}, {self.updated[:10]}]. {self.fixed}"

    @property
    def year(self) -> str:
        """Return the year of the last change."""
        return self.updated[:4]

    def written(self, ending: str) -> tuple[str, str]:
        """Return the reference in a format, and its media type."""
        return {"bib": self.bibtex, "ris": self.ris, "csl": self.csl}[ending], TYPES[ending]

    @property
    def bibtex(self) -> str:
        """Return an entry of BibTeX."""
        title = _SPECIAL.sub(r"\\\1", self.title)
        lines = {
            "title": f"{{{title}}}",
            "author": "{{" + PUBLISHER + "}}",
            "year": self.year,
            "version": self.edition.removeprefix("version "),
            "url": self.fixed,
            "note": f"{self.kind}, state of {self.updated[:10]}",
        }
        body = ",\n".join(
            f"  {name} = {value if value.startswith('{') else '{' + value + '}'}" for name, value in lines.items()
        )
        return f"@misc{{{self.key},\n{body}\n}}\n"

    @property
    def ris(self) -> str:
        """Return a record of RIS."""
        rows = [
            ("TY", "DATA"),
            ("TI", self.title),
            ("AU", PUBLISHER),
            ("PY", self.year),
            ("DA", self.updated[:10].replace("-", "/")),
            ("ET", self.edition),
            ("UR", self.fixed),
            ("M3", self.kind),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in rows)

    @property
    def csl(self) -> str:
        """Return an item of CSL-JSON."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": PUBLISHER}],
            "issued": {"date-parts": [[int(part) for part in self.updated[:10].split("-")]]},
            "version": self.edition.removeprefix("version "),
            "genre": self.kind,
            "URL": self.fixed,
        }
        return json.dumps([item], ensure_ascii=False, indent=2)


def citation_of(resource: Resource, record: dict[str, Any], title: str, address: str) -> Citation:
    """Return the reference of a record in its present state."""
    with in_default():
        kind = str(resource.model._meta.verbose_name).replace("license", "licence")
    return Citation(
        key=f"{resource.kind}-{record['slug']}",
        title=title,
        kind=kind,
        edition=f"version {record['version']}",
        updated=record["updated_at"],
        address=address,
        fixed=f"{address}?as_of={record['updated_at']}",
    )
