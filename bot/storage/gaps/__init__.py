"""The list of gaps: which kept questions went badly, by group, and what was made of each group.

Only ids are kept beside the answers: what is erased or pruned there is gone here.
"""

from bot.storage.gaps.background import Progress
from bot.storage.gaps.gaps import Gaps, Marked, UnknownGapError
from bot.storage.gaps.topics import TopicWeek

__all__ = ["Gaps", "Marked", "Progress", "TopicWeek", "UnknownGapError"]
