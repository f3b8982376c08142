"""Pages for uploading, previewing, checking, loading and undoing a file."""
