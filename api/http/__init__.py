"""What every public API does alike over HTTP: dispatch, formats, conditional answers."""
