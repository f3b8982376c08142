"""The connection as the read path uses it: bound values, fetched rows, the version of the data."""
