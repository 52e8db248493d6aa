"""What tells who a person is becomes a word in brackets; the one door is ``mask``."""

from bot.storage.masking.kinds import Kind
from bot.storage.masking.mask import mask

__all__ = ["Kind", "mask"]
