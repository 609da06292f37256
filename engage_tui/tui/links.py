"""Web addresses in strangers' words: which may be opened, and how they are shown in full."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_TRAILING = ".,;:!?)…"
_LONGEST = 2_000


def web_address(text: str) -> str | None:
    """Return an address in plain ASCII, its host in punycode, or None where it must not be opened.

    Only `http` and `https` to a named host are opened, and nothing with a user name in front of
    it, which is there to make one host look like another.
    """
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    plain = SplitResult(
        parts.scheme, host + port, _ascii(parts.path), _ascii(parts.query), _ascii(parts.fragment)
    )
    address = plain.geturl()
    return address if len(address) <= _LONGEST else None


def links_in(text: str) -> list[str]:
    """Return the addresses of a text that may be opened, each once."""
    found = (web_address(match[0].rstrip(_TRAILING)) for match in _ADDRESS.finditer(text))
    return list(dict.fromkeys(address for address in found if address is not None))


def _ascii(part: str) -> str:
    return quote(part, safe="/?#[]@!$&'()*+,;=:%~-._")
