"""What every way out does alike over HTTP: dispatch, formats, conditional answers."""
