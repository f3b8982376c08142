"""What lists offer beyond Django's: filters by change and import, chosen columns, saved lists, exports, edits in bulk."""
