"""What the brand published, and the campaigns it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engage_tui.domain.cleaning import clean
from engage_tui.domain.model import PostRecord
from engage_tui.store.database import Connection
from engage_tui.store.ids import many, new_uid


class KnownPost(NamedTuple):
    """A stored post, as far as taking messages in needs it."""

    id: int
    priority: bool
    """Whether its campaign has priority."""


def upsert(connection: Connection, account_id: int, posts: Sequence[PostRecord]) -> None:
    """Add posts, or fill in what was not known of them."""
    connection.executemany(
        """INSERT INTO post (account_id, remote_id, title, kind, permalink, published_at,
        campaign_id)
        VALUES (?, ?, ?, ?, ?, ?, (SELECT campaign_id FROM campaign_post WHERE remote_id = ?))
        ON CONFLICT (account_id, remote_id) DO UPDATE SET
            title = CASE WHEN excluded.title <> '' THEN excluded.title ELSE title END,
            kind = CASE WHEN excluded.kind <> '' THEN excluded.kind ELSE kind END,
            permalink = coalesce(excluded.permalink, permalink),
            published_at = coalesce(excluded.published_at, published_at)""",
        [
            (
                account_id,
                clean(p.remote_id),
                clean(p.title),
                clean(p.kind),
                p.permalink and clean(p.permalink),
                p.published_at,
                clean(p.remote_id),
            )
            for p in posts
        ],
    )


def resolve(
    connection: Connection, account_id: int, posts: Mapping[str, PostRecord]
) -> dict[str, KnownPost]:
    """Store the posts of one account and return them by remote id."""
    upsert(connection, account_id, list(posts.values()))
    rows = connection.execute(
        """SELECT p.id, p.remote_id, coalesce(c.priority, 0) AS priority
        FROM post p LEFT JOIN campaign c ON c.id = p.campaign_id
        WHERE p.account_id = ? AND p.remote_id IN (SELECT value FROM json_each(?))""",
        (account_id, many(posts)),
    )
    return {row["remote_id"]: KnownPost(row["id"], bool(row["priority"])) for row in rows}


def set_campaigns(
    connection: Connection, campaigns: Mapping[str, tuple[Sequence[str], bool]]
) -> None:
    """Make the stored campaigns those of the configuration, also for posts that come later.

    Args:
        connection: the writing connection.
        campaigns: by tag, the remote ids of the posts and whether they have priority.
    """
    connection.execute("DELETE FROM campaign_post")
    for tag, (remote_ids, priority) in campaigns.items():
        connection.execute(
            """INSERT INTO campaign (uid, tag, priority) VALUES (?, ?, ?)
            ON CONFLICT (tag) DO UPDATE SET priority = excluded.priority""",
            (new_uid(), tag, priority),
        )
        connection.execute(
            """INSERT OR IGNORE INTO campaign_post
            SELECT v.value, c.id FROM json_each(?) v, campaign c WHERE c.tag = ?""",
            (many(remote_ids), tag),
        )
    connection.execute(
        """UPDATE post SET campaign_id =
        (SELECT campaign_id FROM campaign_post k WHERE k.remote_id = post.remote_id)"""
    )
