"""Two records of one thing become one: everything moves, nothing is lost in silence, the old address leads to the new."""

from registry.merging.differences import Difference, differences
from registry.merging.flow import MERGE, MergeError, record_merge, user_may_merge
from registry.merging.plan import Plan, plan_of

__all__ = [
    "MERGE",
    "Difference",
    "MergeError",
    "Plan",
    "differences",
    "plan_of",
    "record_merge",
    "user_may_merge",
]
