"""Each line of the trail bears a digest of the line before; pruning is told first, and of old.

And what changed of the replies is told without reading them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TEXTS = ("who", "person_id", "action", "subject", "detail", "address")
_TRAIL = sa.table(
    "trail",
    sa.column("id"),
    sa.column("at", sa.DateTime(timezone=True)),
    *map(sa.column, (*_TEXTS, "digest")),
)
_GROWS = "the trail of what was done can only grow"
_WORDS = "the trail is pruned of what is 30 days old, and told so first"
_LAST = "SELECT 1 FROM trail WHERE id = (SELECT max(id) FROM trail) AND action = 'trail_pruned'"
_SQLITE = (
    f"""CREATE TRIGGER trail_is_not_changed BEFORE UPDATE ON trail
    BEGIN SELECT RAISE(ABORT, '{_GROWS}'); END""",
    f"""CREATE TRIGGER pruning_is_told BEFORE INSERT ON trail_pruning
    WHEN NEW.until > strftime('%Y-%m-%d %H:%M:%f', 'now', '-30 days')
        OR NOT EXISTS ({_LAST} AND subject = strftime('%Y-%m-%dT%H:%M:%SZ', NEW.until))
    BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END""",
    f"""CREATE TRIGGER pruning_is_not_changed BEFORE UPDATE ON trail_pruning
    BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END""",
)
_POSTGRESQL = (
    f"""CREATE FUNCTION pruning_is_told() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.until <= now() - interval '30 days' AND EXISTS ({_LAST}
            AND subject = to_char(NEW.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
        THEN RETURN NEW; END IF;
        RAISE EXCEPTION '{_WORDS}';
    END $$""",
    """CREATE TRIGGER pruning_is_told BEFORE INSERT OR UPDATE ON trail_pruning
    FOR EACH ROW EXECUTE FUNCTION pruning_is_told()""",
    "ALTER TABLE trail ENABLE TRIGGER trail_is_not_changed",
)


def upgrade() -> None:
    """Add the digests, of the lines there are as well, and the triggers."""
    op.create_index("replies_by_revision", "replies", ["id", "revision"])
    is_postgresql = op.get_context().dialect.name == "postgresql"
    op.add_column("trail", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    if is_postgresql:
        op.execute("ALTER TABLE trail DISABLE TRIGGER trail_is_not_changed")
    else:
        op.execute("DROP TRIGGER trail_is_not_changed")
    _chain(op.get_bind())
    for statement in _POSTGRESQL if is_postgresql else _SQLITE:
        op.execute(sa.text(statement.replace(":", r"\:")))


def _chain(connection: sa.Connection) -> None:
    former = ""
    for row in connection.execute(sa.select(_TRAIL).order_by(_TRAIL.c.id)).all():
        texts = [getattr(row, name) for name in _TEXTS]
        words = json.dumps([former, _moment(row.at), *texts], ensure_ascii=False)
        former = hashlib.sha256(words.encode()).hexdigest()
        is_it = _TRAIL.c.id == row.id
        connection.execute(sa.update(_TRAIL).where(is_it).values(digest=former))


def _moment(at: datetime) -> str:
    utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")
