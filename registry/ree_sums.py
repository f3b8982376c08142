"""Sums of rare-earth oxides under a scheme, computed from the grades of single elements and oxides that a source states.

    oxide of an element = its grade as stated, where an oxide is stated; else the grade of the element × the oxide's factor
                          (of several stated oxides the one that sums are counted in, else the first by its formula)
    LREO, MREO, HREO    = the sum over the elements that the scheme calls light, middle, heavy
    TREO                = LREO + MREO + HREO
    heavy share         = HREO / TREO

A sum has a value only if the source states every element of it; else what it states adds up to a lower bound, and the missing
elements are named. The factor of an oxide is (n·M + m·15.999) / (n·M) with the standard atomic weights of IUPAC; factors are
columns of the records of commodities, and classes are those of the records of schemes. Promethium is left out of every sum: it
has no stable isotope and ores hold none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.vocabularies import Comparator, ReeClass

FORMULA = "oxide = stated oxide, or element × factor; sum over the elements of the class"
#: Name of a sum → the classes that it adds.
SUMS: Mapping[str, tuple[str, ...]] = {
    "LREO": (ReeClass.LIGHT.value,),
    "MREO": (ReeClass.MIDDLE.value,),
    "HREO": (ReeClass.HEAVY.value,),
    "TREO": (ReeClass.LIGHT.value, ReeClass.MIDDLE.value, ReeClass.HEAVY.value),
}
#: Oxides in which sums are counted where an element has several, as in statements under JORC and NI 43-101.
COUNTED_AS: Mapping[str, str] = {"Ce": "CeO2", "Pr": "Pr6O11", "Tb": "Tb4O7"}
_NOT_IN_ORES = frozenset(("Pm",))
_EXACT = frozenset((Comparator.EQ.value, Comparator.APPROX.value))


@dataclass(frozen=True)
class Oxide:
    """An oxide, its element, and the mass of oxide per mass of element."""

    slug: str
    element: str
    factor: float


@dataclass(frozen=True)
class Scheme:
    """An authority's division of the rare earths: the class of each element that it names."""

    slug: str
    name: str
    classes: Mapping[str, str]


@dataclass(frozen=True)
class StatedGrade:
    """A grade as a source states it; `fraction` is null where only bounds are stated."""

    analyte: str
    fraction: float | None
    comparator: str = Comparator.EQ.value


@dataclass(frozen=True)
class SumInput:
    """What one element adds to a sum: the analyte stated, its mass fraction, and the factor to the oxide counted."""

    element: str
    analyte: str
    fraction: float
    oxide: str
    factor: float
    is_approximate: bool

    @property
    def oxide_fraction(self) -> float:
        """Return the mass fraction of the oxide."""
        return self.fraction * self.factor


@dataclass(frozen=True)
class OxideSum:
    """A sum under a scheme, as mass fractions: its value, or what is missing and what the rest adds up to."""

    name: str
    value: float | None
    at_least: float
    inputs: tuple[SumInput, ...]
    missing: tuple[str, ...]

    @property
    def is_approximate(self) -> bool:
        """Return whether a grade in it is stated as approximate."""
        return any(one.is_approximate for one in self.inputs)


def oxide_sums(grades: Iterable[StatedGrade], oxides: Iterable[Oxide], scheme: Scheme) -> tuple[OxideSum, ...]:
    """Compute the sums of a scheme from the grades of one estimate; a sum of a class that the scheme lacks is left out."""
    stated = _inputs(grades, oxides)
    found = []
    for name, classes in SUMS.items():
        elements = [e for e, ree_class in scheme.classes.items() if ree_class in classes and e not in _NOT_IN_ORES]
        if not elements:
            continue
        inputs = tuple(stated[element] for element in elements if element in stated)
        missing = tuple(element for element in elements if element not in stated)
        total = sum(one.oxide_fraction for one in inputs)
        found.append(OxideSum(name, None if missing else total, total, inputs, missing))
    return tuple(found)


def share(sums: Iterable[OxideSum], part: str = "HREO", whole: str = "TREO") -> float | None:
    """Return the ratio of two sums; None if either has no value."""
    values = {one.name: one.value for one in sums}
    above, below = values.get(part), values.get(whole)
    return above / below if above is not None and below else None


def is_of_one_element(analyte: str, oxides: Iterable[Oxide]) -> bool:
    """Return whether an analyte is a single rare earth or its oxide."""
    return any(analyte in (oxide.slug, oxide.element) for oxide in oxides)


def _inputs(grades: Iterable[StatedGrade], oxides: Iterable[Oxide]) -> dict[str, SumInput]:
    """Return what is stated for each element; a stated oxide goes before the element."""
    known = sorted(oxides, key=lambda one: (COUNTED_AS.get(one.element) != one.slug, one.slug))
    by_slug = {oxide.slug: oxide for oxide in known}
    place = {oxide.slug: number for number, oxide in enumerate(known)}
    counted: dict[str, Oxide] = {}
    for oxide in known:
        counted.setdefault(oxide.element, oxide)
    found: dict[str, SumInput] = {}
    for grade in sorted(grades, key=lambda one: place.get(one.analyte, len(place))):
        # A bound is no grade: it cannot be added to others.
        if grade.fraction is None or grade.comparator not in _EXACT:
            continue
        about = grade.comparator == Comparator.APPROX.value
        if printed := by_slug.get(grade.analyte):
            found.setdefault(
                printed.element, SumInput(printed.element, grade.analyte, grade.fraction, printed.slug, 1.0, about)
            )
        elif form := counted.get(grade.analyte):
            found.setdefault(
                grade.analyte, SumInput(grade.analyte, grade.analyte, grade.fraction, form.slug, form.factor, about)
            )
    return found
