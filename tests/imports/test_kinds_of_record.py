"""Every kind of record can be loaded from a file by a mapping; what depends on the kind is derived from its model."""

from pathlib import Path
from typing import Any

import pytest

from imports.flows import import_load, import_undo
from imports.source_file import GENERIC, open_file
from imports.targets import TABLES
from registry.models import (
    Deposit,
    Finding,
    ImportProblem,
    ImportRun,
    License,
    Organization,
    PolicyFramework,
    ProspectingObject,
    ResourceEstimate,
    Source,
)
from tests.records import commodity, country, deposit, organization, source

pytestmark = pytest.mark.django_db

SOURCE = 'source: {slug: "survey-tables", title: "Tables of a survey"}\n'


def load(folder: Path, text: str, mapping: str) -> ImportRun:
    """Load a CSV by a mapping, as the command does."""
    file, rules = folder / "table.csv", folder / "table.yaml"
    file.write_text(text, encoding="utf-8")
    rules.write_text(SOURCE + mapping, encoding="utf-8")
    return import_load(opened=open_file(file, GENERIC, rules), path=file, actor="test")


def problems(run: ImportRun) -> list[tuple[int, str, str]]:
    found = ImportProblem.objects.filter(run=run).order_by("line", "id")
    return list(found.values_list("line", "rule", "value"))


ESTIMATES = """target: "estimate"
record:
  external_id: {scheme: "survey_resources", columns: ["Deposit", "Category"]}
  deposit: "Deposit"
  reporting_code: "Code"
  category: "Category"
  stage: {value: "resource"}
  effective: {column: "As of", order: "day-first"}
  ore_tonnes: {column: "Ore, Mt", unit: "Mt"}
  contained_tonnes: {column: "TREO, kt", unit: "kt"}
  contained_basis: {value: "REO"}
  commodity: {value: "REO"}
  grades:
  - {analyte: {value: "TREO"}, value: "TREO %", unit: {value: "pct"}}
  - {analyte: {value: "XNd"}, value: "Nd ppm", unit: {value: "ppm"}}
"""
HEAD = 'Deposit,Code,Category,As of,"Ore, Mt","TREO, kt",TREO %,Nd ppm\n'


def test_estimates_with_grades_as_a_spreadsheet_of_a_survey_gives_them(tmp_path: Path) -> None:
    for slug in ("REO", "TREO", "XNd"):
        commodity(slug=slug)
    first = deposit(slug="first", name="Akbulak")
    first.external_ids.create(scheme="survey", value="17")
    for slug in ("twin-a", "twin-b"):
        deposit(slug=slug, name="Karasu")
    rows = [
        "Akbulak,JORC 2012,Measured and Indicated,31.12.2019,12.3,52,0.42,730",
        f"{first.uid},NI 43-101,Inferred,2020,10–12,,>0.3,",
        "survey:17,JORC,Proven,2021,~4.5,,,",
        "Karasu,JORC,Inferred,2021,4,,,",
        "Nowhere,JORC,Inferred,2021,4,,,",
        "first,GKZ,Inferred,2021,4,,,",
        "first,JORC,Measured,2021,4,,140,",
    ]
    run = load(tmp_path, HEAD + "\n".join(rows) + "\n", ESTIMATES)
    assert problems(run) == [
        (5, "reference-ambiguous", "Karasu"),
        (6, "reference-unknown", "Nowhere"),
        (7, "estimate_category", "inferred"),
        (8, "grade_fraction", ""),
    ]
    assert run.counts["new"] == 3
    estimates = {estimate.category: estimate for estimate in ResourceEstimate.objects.all()}
    one = estimates["measured+indicated"]
    assert (one.deposit, one.reporting_code, one.effective, one.ore_tonnes, one.contained_tonnes, one.contained_basis) == (
        first,
        "JORC",
        "2019-12-31",
        12_300_000,
        52_000,
        "REO",
    )
    assert {(g.analyte.slug, g.value, g.unit) for g in one.grades.all()} == {("TREO", 0.42, "pct"), ("XNd", 730, "ppm")}
    assert {"ore_tonnes", "category", "grades:TREO", "grades:XNd"} <= set(one.citations.get().fields)
    other = estimates["inferred"]
    assert (other.ore_tonnes_low, other.ore_tonnes, other.ore_tonnes_high) == (10_000_000, None, 12_000_000)
    assert other.grades.get().comparator == "gt"
    assert (estimates["proved"].comparator, estimates["proved"].record_status) == ("approx", "published")

    # The next edition says something new of one, and an undo takes it back.
    again = load(tmp_path, HEAD + rows[0].replace("0.42", "0.45") + "\n" + rows[2] + "\n", ESTIMATES)
    assert (again.counts["changed"], again.counts["unchanged"]) == (1, 1)
    assert one.grades.get(analyte__slug="TREO").value == 0.45
    import_undo(run=again)
    assert one.grades.get(analyte__slug="TREO").value == 0.42
    import_undo(run=run)
    assert set(ResourceEstimate.objects.values_list("record_status", flat=True)) == {"withdrawn"}


KINDS: dict[str, tuple[str, str, Any]] = {
    "prospecting_object": (
        "id,name,country,lon,lat,by,found\n1,Kok licence area,KZ,75,45,Stans Mining LLP,first-deposit\n",
        """record:
  external_id: {scheme: "objects", column: "id"}
  name: "name"
  country: "country"
  location: {longitude: "lon", latitude: "lat"}
  operator: "by"
  became_deposit: "found"
  stage: {value: "planned"}
""",
        lambda: (
            (lambda o: (o.name, o.operator.name, o.became_deposit.slug, o.location.coords))(ProspectingObject.objects.get())
            == ("Kok licence area", "Stans Mining LLP", "first-deposit", (75, 45))
        ),
    ),
    "policy_framework": (
        "id,title,kind,date,topics,who,after\n1,Subsoil code,law,2017-12-27,royalty;access,KZ,\n"
        "2,Its amendment,law,2020,,KZ,1\n",
        """record:
  external_id: {scheme: "laws", column: "id"}
  title: "title"
  kind: "kind"
  adopted: "date"
  topics: {column: "topics", split: ";"}
  parent: "after"
  parties:
  - {country: "who", role: {value: "party"}}
  events:
  - {date: "date", status: {value: "adopted"}}
""",
        lambda: (
            PolicyFramework.objects.get(title="Its amendment").parent.title == "Subsoil code"
            and PolicyFramework.objects.get(title="Subsoil code").topics == ["royalty", "access"]
            and PolicyFramework.objects.get(title="Subsoil code").parties.get().country.slug == "KZ"
            and PolicyFramework.objects.get(title="Subsoil code").events.get().status == "adopted"
        ),
    ),
    "organization": (
        "name,kind,country,owners,members\nUnion of Sample States,igo,,,KZ; KG\n"
        "Sample Mining LLP,company,KZ,Sample Holdings Ltd (66%); Sample Capital LLC (34 %),\n"
        "Sample Holdings Ltd,company,KZ,,\n",
        """record:
  external_id: {scheme: "companies", columns: ["name"]}
  name: "name"
  kind: "kind"
  country: "country"
  parents:
  - {parent: "owners", split: ";"}
  members:
  - {country: "members", split: ";", start: {value: "2001"}}
""",
        lambda: (
            {(p.parent.name, float(p.share_pct)) for p in Organization.objects.get(name="Sample Mining LLP").parents.all()}
            == {("Sample Holdings Ltd", 66), ("Sample Capital LLC", 34)}
            and Organization.objects.filter(name="Sample Holdings Ltd").count() == 1
            and {m.country.slug for m in Organization.objects.get(name__startswith="Union").members.all()} == {"KZ", "KG"}
        ),
    ),
    "source": (
        "no,title,year,authors,by,from\n1,A map of the Tien Shan,1975,Ivanov I.; Petrov P.,Sample Survey Ministry,\n"
        "2,The same as a scan,2010,,,1\n",
        """record:
  external_id: {scheme: "library", column: "no"}
  title: "title"
  published: "year"
  authors: {column: "authors", split: ";"}
  kind: {value: "map"}
  derived_from: "from"
  publisher_links:
  - {organization: "by"}
""",
        lambda: (
            Source.objects.get(title="The same as a scan").derived_from.title == "A map of the Tien Shan"
            and Source.objects.get(title="A map of the Tien Shan").authors == ["Ivanov I.", "Petrov P."]
            and Source.objects.get(title="A map of the Tien Shan").publisher_links.get().organization.name
            == "Sample Survey Ministry"
        ),
    ),
    "finding": (
        "id,text,where,what,value,unit,year\n1,Sample plant made 12 tonnes.,first-deposit,production,12,t,2021\n",
        """record:
  external_id: {scheme: "figures", column: "id"}
  text: "text"
  topic: "what"
  modality: {value: "asserted"}
  value: "value"
  unit: "unit"
  comparator: {value: "eq"}
  as_of: "year"
  subjects:
  - {deposit: "where"}
""",
        lambda: (
            (lambda f: (f.value, f.subjects.get().deposit.slug, f.source.slug))(Finding.objects.get())
            == (12, "first-deposit", "survey-tables")
        ),
    ),
    "license": (
        "no,name,country,deposit,holder,event,date\nA-1,Kok,KZ,first-deposit,Sample Mining LLP (66%),grant,2019-04-03\n",
        """record:
  external_id: {scheme: "permits", column: "no"}
  number: "no"
  name: "name"
  country: "country"
  parties: {column: "holder"}
  sites:
  - {deposit: "deposit"}
  events:
  - {kind: "event", date: "date"}
""",
        lambda: (
            (lambda one: (one.sites.get().deposit.slug, float(one.parties.get().share_pct), one.events.get().date))(
                License.objects.get()
            )
            == ("first-deposit", 66, "2019-04-03")
        ),
    ),
    "region": (
        "code,name,part of,states\nCAS,Central Asia of the test,,KZ;KG\n",
        """record:
  external_id: {scheme: "regions", column: "code"}
  name: "name"
  scheme: {value: "custom"}
  memberships:
  - {country: "states", split: ";"}
""",
        lambda: True,
    ),
}


@pytest.mark.parametrize("target", KINDS)
def test_a_kind_of_record_is_loaded_and_taken_back(target: str, tmp_path: Path) -> None:
    country(slug="KZ", iso3="KAZ", name="Kazakhstan")
    country(slug="KG", iso3="KGZ", name="Kyrgyzstan")
    deposit(slug="first-deposit")
    organization(slug="another")
    before = {model: model.objects.count() for model in (Organization, TABLES[target].model)}
    text, mapping, is_right = KINDS[target]
    run = load(tmp_path, text, f'target: "{target}"\n{mapping}')
    assert [p for p in problems(run) if p[1] != "country-missing"] == []
    assert run.counts["new"] == text.count("\n") - 1
    assert is_right()
    again = load(tmp_path, text, f'target: "{target}"\n{mapping}')
    assert (again.counts["unchanged"], again.counts["differing"]) == (text.count("\n") - 1, 0)
    import_undo(run=run)
    assert not TABLES[target].model.objects.filter(record_status="published", external_ids__isnull=False).exists()
    made = Organization.objects.filter(record_status="published").count()
    assert made == before[Organization], list(Organization.objects.values_list("slug", "record_status"))


def test_a_list_that_files_add_to_keeps_what_others_gave(tmp_path: Path) -> None:
    """An event or a site of a licence is added to those of a curator; one that the curator removed stays away."""
    country(slug="KZ", iso3="KAZ", name="Kazakhstan")
    text, mapping, _ = KINDS["license"]
    deposit(slug="first-deposit")
    load(tmp_path, text, f'target: "license"\n{mapping}')
    one = License.objects.get()
    one.sites.create(deposit=deposit(slug="second"))
    one.citations.create(source=source(slug="map"), fields=["sites:second"])
    one.events.all().delete()
    more = text + "A-1,Kok,KZ,third,Sample Mining LLP (66%),expiry,2020\n"
    assert load(tmp_path, text, f'target: "license"\n{mapping}').counts["changed"] == 0
    deposit(slug="third")
    run = load(tmp_path, more.replace("first-deposit", "third", 1), f'target: "license"\n{mapping}')
    assert {site.deposit.slug for site in one.sites.all()} == {"first-deposit", "second", "third"}, problems(run)
    assert not one.events.exists()
    assert Deposit.objects.count() == 3
