"""YouTube's comment resources and error bodies in the words of this program."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from engage_tui.domain.model import (
    Direction,
    Kind,
    MessageRecord,
    Millis,
    PersonRecord,
    Platform,
    PostRecord,
    Visibility,
)
from engage_tui.domain.timestamps import HOUR, MINUTE, from_datetime
from engage_tui.platforms.errors import (
    Gone,
    OutcomeUnknown,
    PlatformError,
    RateLimited,
    Refused,
    SignInNeeded,
    Unavailable,
)
from engage_tui.platforms.http import Answer
from engage_tui.platforms.wire import (
    Node,
    moment,
    needed,
    node,
    nodes,
    parse_moment,
    text,
)

VISIBILITY = {
    "published": Visibility.VISIBLE,
    "heldForReview": Visibility.HELD,
    "likelySpam": Visibility.HELD,
    "rejected": Visibility.REJECTED,
}

_OUT_OF_QUOTA = {"quotaExceeded", "dailyLimitExceeded"}
_TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded"}
_ACCOUNT_TROUBLE = {
    "insufficientPermissions": "YouTube lacks the permission for comments; connect it again.",
    "ineligibleAccount": "This Google account has no YouTube channel that may do this.",
    "authenticatedUserNotChannel": "This Google account has no YouTube channel.",
}
_REFUSALS = {
    "commentsDisabled": "Comments are switched off for this video.",
    "commentTextRequired": "YouTube does not take an empty comment.",
    "commentTextTooLong": "The text is too long for YouTube; shorten it.",
    "parentCommentIsPrivate": "The comment is private, so YouTube takes no answer to it.",
    "operationNotSupported": "YouTube does not allow this for this comment.",
    "banWithoutReject": "YouTube bans an author only together with a rejection.",
    "invalidPageToken": "The place in the list is too old; the list starts over.",
    "forbidden": "YouTube does not allow this with this account.",
}
_PACIFIC = "America/Los_Angeles"


def posts(videos: list[Node]) -> list[PostRecord]:
    """Read the items of a `videos` list."""
    return [
        _post(
            needed(video, "id"),
            node(video, "snippet"),
            text(video, "snippet", "publishedAt"),
        )
        for video in videos
    ]


def uploaded_posts(items: list[Node]) -> list[PostRecord]:
    """Read the items of the playlist that holds a channel's uploads."""
    # The snippet's own time says when a video entered the list, not when it went public.
    return [
        _post(
            needed(item, "contentDetails", "videoId"),
            node(item, "snippet"),
            text(item, "contentDetails", "videoPublishedAt"),
        )
        for item in items
    ]


def _post(video: str, snippet: Node, published_at: str) -> PostRecord:
    return PostRecord(
        remote_id=video,
        title=text(snippet, "title"),
        kind="video",
        published_at=parse_moment(published_at) if published_at else None,
        permalink=f"https://www.youtube.com/watch?v={video}",
    )


class CommentReader:
    """Reads comments for one account, whose channel id tells its own comments from the others."""

    def __init__(self, account: str, channel: str) -> None:
        self._account = account
        self._channel = channel

    def thread(
        self, thread: Node, listed_as: str, posts: dict[str, PostRecord]
    ) -> list[MessageRecord]:
        """Return the top-level comment of a thread and the replies that came embedded."""
        top = node(thread, "snippet", "topLevelComment")
        replies = nodes(thread, "replies", "comments")
        addressee = author(top)
        post = posts.get(text(thread, "snippet", "videoId"))
        fallback = VISIBILITY[listed_as]
        return [
            self.message(top, addressee, post, fallback),
            *(self.message(reply, addressee, post) for reply in replies),
        ]

    def message(
        self,
        comment: Node,
        addressee: PersonRecord,
        post: PostRecord | None = None,
        fallback: Visibility = Visibility.VISIBLE,
    ) -> MessageRecord:
        """Return one comment; `addressee`, who began the thread, is whom our own are written to.

        In a thread that the channel itself began that is the channel: it speaks to everyone.
        """
        snippet = node(comment, "snippet")
        remote_id = needed(comment, "id")
        parent = text(snippet, "parentId") or None
        sent_at = moment(snippet, "publishedAt")
        changed_at = moment(snippet, "updatedAt") if text(snippet, "updatedAt") else sent_at
        own = self._is_own(comment)
        return MessageRecord(
            platform=Platform.YOUTUBE,
            account=self._account,
            kind=Kind.COMMENT,
            conversation=parent or remote_id,
            remote_id=remote_id,
            person=addressee if own else author(comment),
            direction=Direction.OUT if own else Direction.IN,
            text=text(snippet, "textDisplay"),
            sent_at=sent_at,
            parent=parent,
            post=post,
            edited_at=changed_at if changed_at > sent_at else None,
            visibility=VISIBILITY.get(text(snippet, "moderationStatus"), fallback),
            attachments=("image",) if text(snippet, "imageUrl") else (),
        )

    def own(self, comments: list[Node]) -> list[Node]:
        """Return those that the channel wrote."""
        return [comment for comment in comments if self._is_own(comment)]

    def _is_own(self, comment: Node) -> bool:
        return text(comment, "snippet", "authorChannelId", "value") == self._channel


def author(comment: Node) -> PersonRecord:
    """Return the author; one whose account was closed has no id and is known by the comment's."""
    shown = text(comment, "snippet", "authorDisplayName")
    return PersonRecord(
        remote_id=text(comment, "snippet", "authorChannelId", "value")
        or f"closed-account:{needed(comment, 'id')}",
        handle=shown if shown.startswith("@") else "",
        name=shown,
    )


def explain(answer: Answer, write: bool) -> PlatformError:
    """Return the error kind for a refusal of the YouTube Data API."""
    listed = nodes(answer.body, "error", "errors")
    reason = text(listed[0], "reason") if listed else ""
    if answer.status == 401:
        return SignInNeeded("YouTube no longer accepts the sign-in; connect it again.", code=reason)
    if reason in _OUT_OF_QUOTA:
        return RateLimited(
            "The YouTube quota of today is used up; it is renewed at midnight Pacific time.",
            retry_after=_until_pacific_midnight(answer.headers.get("date", "")),
            code=reason,
        )
    if reason in _TOO_FAST:
        return RateLimited("YouTube asks to slow down.", retry_after=MINUTE, code=reason)
    if reason in _ACCOUNT_TROUBLE:
        return SignInNeeded(_ACCOUNT_TROUBLE[reason], code=reason)
    if answer.status == 409 or reason == "processingFailure":
        if write:
            return OutcomeUnknown(
                "YouTube failed halfway; whether the action happened is not known yet.",
                code=reason,
            )
        return Unavailable("YouTube could not work out the request just now.", code=reason)
    if answer.status == 404:
        return Gone("It is not on YouTube any more.", code=reason)
    return Refused(_REFUSALS.get(reason, "YouTube refused the request."), code=reason)


def _until_pacific_midnight(date_header: str) -> Millis:
    """Return the time left of the Pacific day, by the platform's own clock."""
    try:
        now = parsedate_to_datetime(date_header).astimezone(ZoneInfo(_PACIFIC))
    except ValueError:
        return HOUR
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return from_datetime(tomorrow) - from_datetime(now)
