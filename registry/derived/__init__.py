"""Everything that the database does by itself when a row is written: declared in one list, installed and checked in one place.

A *step* is one thing that a write triggers (`steps.py`). The steps of a table are joined into one trigger per moment and
operation, in the order of their layers (`dispatch.py`). `declared.py` lists all steps and functions, `install.py` brings the
database up to that list, `rebuild.py` renders again what rests on them. `registry/upgrade` takes them out of the way of a
migration. `./run manage derived list` prints it all.
"""
