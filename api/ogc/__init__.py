"""OGC API – Features: every resource as a collection for GIS programs, derived from the declarations."""
