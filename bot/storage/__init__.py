"""Answers and feedback, kept in SQLite or PostgreSQL; the one door to SQLAlchemy and alembic."""

from bot.storage.database import Database, open_database
from bot.storage.erasure import Matches
from bot.storage.feedback import Feedback, Given
from bot.storage.storage_errors import ConflictError, StorageError, UnknownAnswerError

__all__ = [
    "ConflictError",
    "Database",
    "Feedback",
    "Given",
    "Matches",
    "StorageError",
    "UnknownAnswerError",
    "open_database",
]
