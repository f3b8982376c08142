"""Mappings of a small survey, as a person would write them."""

NAMED = """
target: "deposit"
source: {slug: "a-survey", title: "A survey"}
record:
  external_id: {scheme: "a_survey", column: "id"}
  name: "name"
"""


def placed(longitude: str, latitude: str) -> str:
    """Map the country and two columns of degrees, too."""
    return f'''{NAMED}  country: "country"
  location: {{longitude: "{longitude}", latitude: "{latitude}"}}
'''
