"""From a path to messages: telling formats apart, archives, folders, progress, damage."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from engage_tui.domain.model import MessageRecord, Platform
from engage_tui.sync.importing import (
    BadLine,
    Format,
    ImportFormatError,
    Owner,
    Parsed,
    Source,
    detect,
    read,
)

LINE = json.dumps(
    {
        "platform": "youtube",
        "account": "@brand",
        "kind": "comment",
        "conversation": "T1",
        "message": "C1",
        "person": {"id": "U1"},
        "text": "hi",
        "sent_at": "2026-11-02T09:14:05Z",
    }
)
TAKEOUT = "Comment ID,Channel ID,Comment Create Timestamp,Comment Text\nUgA,UC1,2026-05-01,hi\n"
COMMENTS = json.dumps(
    [{"string_map_data": {"C": {"value": "hi"}, "T": {"timestamp": 1_700_000_000}}}]
)
FACEBOOK_COMMENTS = json.dumps(
    {"comments_v2": [{"data": [{"comment": {"comment": "hi", "timestamp": 1_700_000_000}}]}]}
)


def thread(person: str, *texts: str, at: int = 0) -> str:
    messages = [
        {"sender_name": person, "timestamp_ms": 1_700_000_000_000 + at - index, "content": text}
        for index, text in enumerate(texts)
    ]
    people = [{"name": person}, {"name": "Shop"}]
    return json.dumps({"participants": people, "messages": messages}, indent=1)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def zipped(folder: Path, files: dict[str, str]) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def everything(path: Path, **more: Any) -> list[Parsed]:
    with Source(path) as source:
        return list(read(source, **more))


def texts(found: list[Parsed]) -> list[str]:
    assert all(isinstance(item, MessageRecord) for item in found), found
    return [item.text for item in found if isinstance(item, MessageRecord)]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", "", Format.JSONL),
        ("a.txt", LINE, Format.JSONL),
        ("a.jsonl", "{broken\n" + LINE, Format.JSONL),
        ("a.csv", "x\n", Format.CSV),
        ("a.txt", "author;date;text\n", Format.CSV),
        ("a.csv", TAKEOUT, Format.TAKEOUT),
        ("post_comments_1.json", COMMENTS, Format.INSTAGRAM),
        ("comments.json", FACEBOOK_COMMENTS, Format.FACEBOOK),
        ("my-instagram-export/message_1.json", thread("Ann", "hi"), Format.INSTAGRAM),
        ("facebook-shop/message_1.json", thread("Ann", "hi"), Format.FACEBOOK),
    ],
)
def test_a_file_is_known_by_its_beginning(
    tmp_path: Path, name: str, content: str, expected: Format
) -> None:
    path = write(tmp_path, {name: content}) / name
    with Source(path) as source:
        assert detect(source) is expected
        assert source.bytes_read == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.txt", "hello", "a.txt is none of: jsonl, csv"),
        ("a.json", "{}", "a.json is JSON, but neither"),
        ("a.txt", "", "a.txt is none of"),
        ("message_1.json", thread("Ann", "hi"), "could be of Instagram or of Facebook"),
    ],
)
def test_what_is_not_known_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    path = write(tmp_path, {name: content}) / name
    with Source(path) as source, pytest.raises(ImportFormatError, match=sentence):
        detect(source)


def test_a_path_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="none.csv cannot be read: No such file"):
        Source(tmp_path / "none.csv")


def test_gzip_is_seen_by_its_first_bytes_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(gzip.compress((LINE + "\n").encode() * 3))
    assert texts(everything(path)) == ["hi"] * 3


def test_a_truncated_gzip_gives_what_it_holds_and_then_a_sentence(tmp_path: Path) -> None:
    lines = "\n".join(LINE.replace("C1", f"C{number * 7919}") for number in range(20_000))
    path = tmp_path / "history.jsonl.gz"
    path.write_bytes(gzip.compress(lines.encode())[:-2_000])
    with Source(path) as source:
        found = read(source)
        assert isinstance(next(found), MessageRecord)
        with pytest.raises(ImportFormatError, match="history.jsonl.gz is damaged"):
            list(found)


def test_progress_runs_from_nothing_to_the_total(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text((LINE + "\n") * 1_000, encoding="utf-8")
    with Source(path) as source:
        seen = [source.bytes_read for _ in read(source)]
        assert seen == sorted(seen)
        assert 0 < seen[0] < seen[500] < source.bytes_total == path.stat().st_size
        assert source.bytes_read == source.bytes_total


INSTAGRAM = {
    "your_instagram_activity/messages/inbox/ann_12345678/message_1.json": thread(
        "Ann", "4", "3", at=100
    ),
    "your_instagram_activity/messages/inbox/ann_12345678/message_2.json": thread("Ann", "2", "1"),
    "your_instagram_activity/messages/inbox/bo_22345678/message_1.json": thread("Bo", "5"),
    "your_instagram_activity/comments/post_comments_1.json": COMMENTS,
    "your_instagram_activity/likes/liked_comments.json": "[]",
    "media/photo.jpg": "x" * 100_000,
}


@pytest.mark.parametrize("pack", [write, zipped])
def test_an_export_is_walked_as_folder_and_as_archive(tmp_path: Path, pack: Any) -> None:
    with Source(pack(tmp_path, INSTAGRAM)) as source:
        assert detect(source) is Format.INSTAGRAM
        found = list(read(source))
        assert source.bytes_read == source.bytes_total < 10_000, "pictures do not count"
    assert texts(found) == ["hi", "1", "2", "3", "4", "5"]
    assert {item.account for item in found if isinstance(item, MessageRecord)} == {"Shop"}


def test_the_owner_given_wins_over_the_one_guessed(tmp_path: Path) -> None:
    found = everything(write(tmp_path, INSTAGRAM), owner=Owner(account="@shop", name="Ann"))
    ours = [item.text for item in found if isinstance(item, MessageRecord)]
    assert ours == ["hi", "1", "2", "3", "4", "5"]
    assert [item.direction.value for item in found if isinstance(item, MessageRecord)] == [
        *("out", "out", "out", "out", "out", "in")
    ]


def test_a_name_that_nobody_has_is_refused_before_answers_become_questions(tmp_path: Path) -> None:
    with pytest.raises(ImportFormatError, match="no thread in which 'Shopp' takes part"):
        everything(write(tmp_path, INSTAGRAM), owner=Owner(name="Shopp"))


def test_a_single_thread_does_not_say_who_is_who(tmp_path: Path) -> None:
    path = write(tmp_path, {"instagram/message_1.json": thread("Ann", "hi")}) / "instagram"
    with pytest.raises(ImportFormatError, match="which of the people in it is you"):
        everything(path)
    assert texts(everything(path, owner=Owner(name="Shop"))) == ["hi"]


def test_the_two_look_alike_exports_in_one_folder_are_read_one_at_a_time(tmp_path: Path) -> None:
    other = {
        "your_facebook_activity/comments_and_reactions/comments.json": FACEBOOK_COMMENTS,
        "your_facebook_activity/messages/inbox/cy_32345678/message_1.json": thread("Cy", "6"),
    }
    folder = write(tmp_path, INSTAGRAM | other)
    with pytest.raises(ImportFormatError, match="say which"):
        everything(folder)
    found = everything(folder, format=Format.FACEBOOK, owner=Owner(name="Shop"))
    assert texts(found) == ["hi", "6"]
    assert {item.platform for item in found if isinstance(item, MessageRecord)} == {
        Platform.FACEBOOK
    }


def test_takeout_is_found_by_its_headers_in_whatever_language_the_folders_are(
    tmp_path: Path,
) -> None:
    files = {
        "Takeout/YouTube und YouTube Music/Kommentare/Kommentare.csv": TAKEOUT,
        "Takeout/YouTube und YouTube Music/Kommentare/Kommentare(1).csv": TAKEOUT,
        "Takeout/YouTube und YouTube Music/Abos/Abos.csv": "Kanal-ID\nUC2\n",
    }
    assert texts(everything(zipped(tmp_path, files))) == ["hi", "hi"]


def test_bad_lines_of_an_export_name_their_file(tmp_path: Path) -> None:
    name = "your_instagram_activity/messages/inbox/ann_12345678/message_1.json"
    found = everything(zipped(tmp_path, INSTAGRAM | {name: "{"}), owner=Owner(name="Shop"))
    assert [item for item in found if isinstance(item, BadLine)] == [
        BadLine(0, "is not JSON", name)
    ]
    assert len(found) == 5


def test_a_damaged_archive_and_a_locked_one_are_refused_in_a_sentence(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"instagram/message_1.json": thread("Ann", "hi" * 1_000)})
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + b"\xff" * 20 + whole[80:])
    with pytest.raises(ImportFormatError, match="export.zip is damaged"):
        everything(path)
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(ImportFormatError, match="protected by a password"):
        everything(path)


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"message_1.json": thread("Ann", "secret")})
    folder = write(tmp_path / "instagram", INSTAGRAM)
    inbox = folder / "your_instagram_activity/messages/inbox"
    (inbox / "x").mkdir()
    (inbox / "x" / "message_1.json").symlink_to(outside / "message_1.json")
    (inbox / "y").symlink_to(outside, target_is_directory=True)
    assert "secret" not in texts(everything(folder))
