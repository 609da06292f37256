"""Writes `config.example.toml` from the declaration, so that the two cannot drift apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from engage_tui.domain.settings import Settings

_HEAD = """\
# Every key of engage-tui's config.toml with its default, or an example where the default is empty.
# Copy what you want to change into config.toml in the workspace folder; `engage doctor` says where
# that is and checks the file.
"""


def example() -> str:
    """Return the text of the example file."""
    return _HEAD + "".join(_section(Settings(), ()))


def _section(section: Any, path: tuple[str, ...]) -> Iterator[str]:
    declared = fields(section)
    values = {f.name: getattr(section, f.name) for f in declared}
    plain = [f for f in declared if not _is_table(values[f.name], f.metadata["example"])]
    if path:
        yield f"\n[{'.'.join(map(_key, path))}]\n"
    for f in plain:
        given = values[f.name]
        shown = given if given not in ("", [], {}) else f.metadata["example"]
        yield f"# {f.metadata['sentence']}\n"
        yield f"{_key(f.name)} = {_value(shown)}\n"
    for f in declared:
        if f not in plain:
            yield f"\n# {f.metadata['sentence']}"
            yield from _table(values[f.name] or f.metadata["example"], (*path, f.name))


def _table(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    if is_dataclass(value):
        yield from _section(value, path)
        return
    if all(is_dataclass(item) for item in value.values()):
        for name, item in value.items():
            yield from _section(item, (*path, name))
        return
    yield f"\n[{'.'.join(map(_key, path))}]\n"
    for name, item in value.items():
        yield f"{_key(name)} = {_value(item)}\n"


def _is_table(value: Any, shown: Any) -> bool:
    return is_dataclass(value) or isinstance(shown, dict)


def _key(name: str) -> str:
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isalnum() and plain.isascii() else f'"{name}"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }"
    return f'"{value}"' if isinstance(value, str) else str(value)
