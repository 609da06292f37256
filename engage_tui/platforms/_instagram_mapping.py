"""Instagram's media, comments, direct messages and error bodies in the words of this program."""

from __future__ import annotations

from engage_tui.domain.model import (
    Direction,
    Kind,
    MessageRecord,
    PersonRecord,
    Platform,
    PostRecord,
    Visibility,
)
from engage_tui.domain.timestamps import DAY, HOUR, MINUTE
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
    number,
    parse_moment,
    text,
)

POST_FIELDS = "id,caption,media_type,media_product_type,permalink,timestamp,comments_count"
_COMMENT_FIELDS = "id,text,timestamp,username,from{id,username},hidden,parent_id"
COMMENT_FIELDS = f"{_COMMENT_FIELDS},media{{{POST_FIELDS}}},replies{{{_COMMENT_FIELDS}}}"
REPLY_FIELDS = f"{_COMMENT_FIELDS},media{{{POST_FIELDS}}}"
MESSAGE_FIELDS = "id,created_time,from,to,message,attachments,shares,story,is_unsupported"

_POST_KINDS = {
    "REELS": "reel",
    "STORY": "story",
    "IMAGE": "photo",
    "VIDEO": "video",
    "CAROUSEL_ALBUM": "carousel",
}
_ATTACHMENT_KINDS = {"image_data": "photo", "video_data": "video", "file_url": "file"}


def post(media: Node) -> PostRecord:
    """Read a media object; its title is the first line of the caption."""
    timestamp = text(media, "timestamp")
    return PostRecord(
        remote_id=needed(media, "id"),
        title=next(iter(text(media, "caption").strip().splitlines()), ""),
        kind=_POST_KINDS.get(text(media, "media_product_type"))
        or _POST_KINDS.get(text(media, "media_type"), ""),
        published_at=parse_moment(timestamp) if timestamp else None,
        permalink=text(media, "permalink") or None,
    )


def next_cursor(listed: Node) -> str | None:
    """Return the cursor of the page after; the last page is the one without a link to a next."""
    if not text(listed, "paging", "next"):
        return None
    return text(listed, "paging", "cursors", "after") or None


class InstagramReader:
    """Reads comments and messages for one account, whose id tells its own from the others."""

    def __init__(self, account: str, own_id: str) -> None:
        self._account = account
        self._own_id = own_id

    def comment_thread(self, comment: Node) -> list[MessageRecord]:
        """Return a top-level comment and the replies that came nested in it."""
        replies = nodes(comment, "replies", "data")
        addressee = author(comment)
        about = post(node(comment, "media")) if text(comment, "media", "id") else None
        top = needed(comment, "id")
        return [
            self.comment(comment, top, addressee, about),
            *(self.comment(reply, top, addressee, about) for reply in replies),
        ]

    def comment(
        self, comment: Node, top: str, addressee: PersonRecord, about: PostRecord | None
    ) -> MessageRecord:
        """Return one comment; `addressee`, who began the thread, is whom our own are written to.

        In a thread that the account itself began that is the account: it speaks to everyone.
        """
        remote_id = needed(comment, "id")
        own = self._is_own(comment)
        written = text(comment, "text")
        return MessageRecord(
            platform=Platform.INSTAGRAM,
            account=self._account,
            kind=Kind.COMMENT,
            conversation=top,
            remote_id=remote_id,
            person=addressee if own else author(comment),
            direction=Direction.OUT if own else Direction.IN,
            text=written,
            sent_at=moment(comment, "timestamp"),
            parent=None if remote_id == top else top,
            post=about,
            visibility=Visibility.HIDDEN if comment.get("hidden") is True else Visibility.VISIBLE,
            # The API leaves pictures and stickers in comments out without a word.
            attachments=() if written else ("picture",),
        )

    def direct_message(self, conversation: str, message: Node) -> MessageRecord:
        """Return one direct message, readable also where it came without words."""
        own = self._is_own(message)
        written = text(message, "message")
        attachments = _attachments(message)
        if not written and not attachments:
            attachments = ("message that Instagram does not show",)
        receivers = nodes(message, "to", "data")
        partner = receivers[0] if own and receivers else node(message, "from")
        return MessageRecord(
            platform=Platform.INSTAGRAM,
            account=self._account,
            kind=Kind.DM,
            conversation=conversation,
            remote_id=needed(message, "id"),
            person=_person(partner, f"unnamed:{conversation}"),
            direction=Direction.OUT if own else Direction.IN,
            text=written,
            sent_at=moment(message, "created_time"),
            attachments=attachments,
        )

    def _is_own(self, written: Node) -> bool:
        return text(written, "from", "id") == self._own_id


def author(comment: Node) -> PersonRecord:
    """Return who wrote it; without the permission for names only the comment's id is known."""
    handle = text(comment, "username")
    unnamed = handle or f"unnamed:{needed(comment, 'id')}"
    return _person({"username": handle, **node(comment, "from")}, unnamed)


def _person(user: Node, unnamed: str) -> PersonRecord:
    handle = text(user, "username")
    return PersonRecord(text(user, "id") or unnamed, handle=f"@{handle}" if handle else "")


def _attachments(message: Node) -> tuple[str, ...]:
    found = [_attachment(item) for item in nodes(message, "attachments", "data")]
    found += ["shared post"] * len(nodes(message, "shares", "data"))
    story = node(message, "story")
    if "mention" in story:
        found.append("story mention")
    elif story:
        found.append("story reply")
    # Seen as the text "true" as well.
    if str(message.get("is_unsupported", "")).lower() == "true":
        found.append("message that Instagram does not show")
    return tuple(found)


def _attachment(item: Node) -> str:
    if node(item, "image_data").get("render_as_sticker"):
        return "sticker"
    return next((name for key, name in _ATTACHMENT_KINDS.items() if key in item), "attachment")


_ASK_FOR_SIGN_IN = "Instagram no longer accepts the sign-in; connect it again."
_PARKED = {
    (190, None): _ASK_FOR_SIGN_IN,
    (102, None): _ASK_FOR_SIGN_IN,
    (200, 2534041): "Message access is switched off in the Instagram app under Message controls.",
}
_WAITS = {
    (4, None): HOUR,
    (17, None): HOUR,
    (32, None): HOUR,
    (613, None): MINUTE,
    (80001, None): HOUR,
    (80002, None): HOUR,
    (80006, None): HOUR,
    (10, 1893063): 6 * HOUR,
    (368, None): DAY,
}
_GONE = {
    (100, 33): "It is not on Instagram any more.",
    (100, 2534014): "This Instagram user does not exist any more.",
}
_REFUSALS = {
    (10, 2534022): "The 24 hours to answer this message are over.",
    (10, 2018278): "The 24 hours to answer this message are over.",
    (10, 2018108): "This person cannot receive messages right now.",
    (100, 2534029): "This person is blocked from Instagram messages.",
    (551, None): "This person cannot receive messages right now.",
    (10900, None): "This comment has had its one private reply already.",
    (10903, None): "This comment takes no private reply; it may be older than 7 days.",
}


def explain(answer: Answer, write: bool) -> PlatformError:
    """Return the error kind for a refusal of the Instagram API."""
    error = node(answer.body, "error")
    code, subcode = number(error, "code"), number(error, "error_subcode")
    shown = f"{code}/{subcode}" if subcode else str(code)
    exact, general = (code, subcode), (code, None)
    if sentence := _PARKED.get(exact) or _PARKED.get(general):
        return SignInNeeded(sentence, code=shown)
    if wait := _WAITS.get(exact) or _WAITS.get(general):
        return RateLimited("Instagram asks to slow down.", retry_after=wait, code=shown)
    if sentence := _GONE.get(exact):
        return Gone(sentence, code=shown)
    if sentence := _REFUSALS.get(exact) or _REFUSALS.get(general):
        return Refused(sentence, code=shown)
    if code == 10 or 200 <= code < 300:
        return SignInNeeded("Instagram lacks a permission; connect it again.", code=shown)
    # Instagram is known to say 1 although the message went out.
    if code in (1, 2) or error.get("is_transient") is True:
        if write:
            return OutcomeUnknown(
                "Instagram failed halfway; whether the action happened is not known yet.",
                code=shown,
            )
        return Unavailable("Instagram could not answer just now.", code=shown)
    return Refused("Instagram refused the request.", code=shown)
