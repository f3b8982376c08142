"""Form fields of the admin: choices of records, places, texts by the line."""
