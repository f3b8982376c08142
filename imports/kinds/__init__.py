"""The kinds of files that are known here: one file each, declared as `KIND`."""

from imports.kinds import (
    ga_critical_minerals,
    mrds,
    natural_earth,
    usgs_major,
    usgs_mcs,
    usgs_ree,
    wa_tenement_centroids,
    wa_tenements,
)
from imports.kinds.kind import FileKind

_MODULES = (
    usgs_ree,
    mrds,
    usgs_major,
    usgs_mcs,
    wa_tenements,
    wa_tenement_centroids,
    ga_critical_minerals,
    natural_earth,
)

#: Name → kind; `generic` is not among them, for a mapping file makes it.
KINDS: dict[str, FileKind] = {module.KIND.name: module.KIND for module in _MODULES}

__all__ = ["KINDS", "FileKind"]
