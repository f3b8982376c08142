"""Questions that the front page offers, each with the address that answers it."""

from django.urls import reverse

from api.questions.saved import SavedRequest, saved_request
from api.resources.resource import all_resources

EXAMPLES = (
    SavedRequest(
        "in-central-asia",
        "Which deposits are said to be in Central Asia?",
        "deposits/?region=central-asia&format=geojson",
        "By stated country: this also finds deposits without coordinates.",
    ),
    SavedRequest(
        "located-in-central-asia",
        "Which have coordinates in Central Asia?",
        "deposits/?within=central-asia",
        "By geometry. The response states how many deposits of the same area have no location and are not included.",
    ),
    SavedRequest(
        "prospecting",
        "Where does Kazakhstan prospect?",
        "prospecting-objects/?country=KZ",
        "The twelve objects of a news report, “located in various cities”, are one record with count 12, without"
        " invented points.",
    ),
    SavedRequest(
        "near-a-place",
        "What lies within 100 km of 42.8° N, 76.2° E?",
        "deposits/?near=76.2,42.8&radius_km=100",
        "Nearest first, with the distance on the ellipsoid.",
    ),
    saved_request("by-name"),
    SavedRequest(
        "policies",
        "Which policies on critical minerals involve Uzbekistan?",
        "policy-frameworks/?country=UZ&search=critical+minerals",
        "Laws, strategies, agreements and dialogues, with their parties and status.",
    ),
    SavedRequest(
        "refining",
        "What is said of China’s refining?",
        "findings/?country=CN&topic=refining",
        "Statements, each with its speaker and its source. They are never added up.",
    ),
    SavedRequest(
        "kutessay",
        "On what do sources disagree about Kutessay?",
        "disagreements/?search=Kutessay",
        "Every side is shown with its sources.",
    ),
)


def page_address(one: SavedRequest) -> str:
    """Return the page that shows the answer: that of the question or of the list; the API's own where there is none."""
    path, _, query = one.asks.partition("?")
    name, _, rest = path.partition("/")
    if one.is_derived:
        return f"{reverse('pages:question-' + one.name)}?{query}"
    resource = next((resource for resource in all_resources() if resource.name == name), None)
    if resource is None:
        return one.address
    if rest:
        return f"{reverse(f'pages:{resource.name}-record', args=[rest.rstrip('/')])}?{query}"
    return f"{reverse(f'pages:{resource.name}')}?{query}"
