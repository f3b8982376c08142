"""How likely two records are one: a weighted mean of what can be compared, between 0 and 1.

- **name**: the likeness of the two most similar names (`registry_name_likeness`), in any script, 0 to 1;
- **place**: 1 / (1 + (d / 40 km)²) for the distance d: 1 at the same place, ½ at 40 km: published points are rough;
- **country**: 1 if the same is stated, 0 if another;
- **commodity**: 1 if one is shared (a group shares with its members), 0 if none.

What nobody states counts half. A kind without places or commodities is compared by the rest. The same external id is
certain, whatever the parts.
"""

from dataclasses import dataclass

from registry.matching.kinds import Compared

#: From here on a pair is shown, a little less than what an equal name alone reaches; what precision and recall this
#: gives on real pairs stands in bench/matching.md.
POSSIBLE = 0.745
#: From here on a pair is called likely.
LIKELY = 0.87
#: At this distance the place counts half.
HALF_M = 40_000
#: The part of a name that must be found in another for the index to bring it up (word similarity of pg_trgm).
NAME_FLOOR = 0.6
#: Records this near are looked at whatever their names, the nearest few of them.
NEAR_M, NEAREST = 5_000, 5
UNKNOWN = 0.5


@dataclass(frozen=True)
class Weights:
    """How much each part counts."""

    name: float = 0.5
    place: float = 0.3
    country: float = 0.1
    commodity: float = 0.1

    def of(self, kind: Compared) -> "dict[str, float]":
        """Return the weights of the parts that a kind has, with the sum of one."""
        has = {"place": kind.geometry is not None, "country": kind.has_country, "commodity": kind.commodities is not None}
        parts = {name: weight for name, weight in vars(self).items() if has.get(name, True)}
        whole = sum(parts.values())
        return {name: weight / whole for name, weight in parts.items()}


WEIGHTS = Weights()


def score_sql(kind: Compared) -> str:
    """Compose the score from the columns `name`, `distance_m`, `same_country` and `shares_commodity`."""
    parts = {
        "name": "name",
        "place": f"COALESCE(1 / (1 + (distance_m / {HALF_M}) ^ 2), {UNKNOWN})",
        "country": f"COALESCE(same_country::int, {UNKNOWN})",
        "commodity": f"COALESCE(shares_commodity::int, {UNKNOWN})",
    }
    return " + ".join(f"{weight:.6f} * {parts[name]}" for name, weight in WEIGHTS.of(kind).items())
