"""The same thing twice: which records may be one, how likely it is and why. A person decides; nothing is ever merged here."""

from registry.matching.candidates import Candidate, Evidence, candidates, candidates_of, candidates_of_rows
from registry.matching.kinds import Compared, kind_of
from registry.matching.probes import Probe
from registry.matching.score import LIKELY, POSSIBLE

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "Candidate",
    "Compared",
    "Evidence",
    "Probe",
    "candidates",
    "candidates_of",
    "candidates_of_rows",
    "kind_of",
]
