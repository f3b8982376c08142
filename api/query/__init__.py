"""From the parameters of a request to rows: parse, compose, fetch."""
