"""Two records of one thing become one, and two again if that was a mistake: nothing is lost, and every address leads on."""

from registry.merging.differences import Difference, differences
from registry.merging.flow import MERGE, Merge, MergeError, merge_as_judged, record_merge, user_may_merge
from registry.merging.plan import Plan, plan_of
from registry.merging.take_back import (
    TakenBack,
    merge_take_back,
    take_back_as_judged,
    take_back_at_once,
    take_back_preview,
)

__all__ = [
    "MERGE",
    "Difference",
    "Merge",
    "MergeError",
    "Plan",
    "TakenBack",
    "differences",
    "merge_as_judged",
    "merge_take_back",
    "plan_of",
    "record_merge",
    "take_back_as_judged",
    "take_back_at_once",
    "take_back_preview",
    "user_may_merge",
]
