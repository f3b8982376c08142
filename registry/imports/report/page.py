"""stub."""
def report_page(work):
    return ""
