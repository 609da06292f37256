"""No screen or widget feeds text into a place that would read it as markup.

Widgets read a plain `str` as markup, and markup can press keys. So text that is put together from
data must be a `Content` first, and the places where that is forgotten are found here by reading
the code.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TUI = Path(__file__).parents[1] / "engage_tui" / "tui"

TITLES = {"border_title", "border_subtitle", "tooltip", "title", "sub_title"}
TEXT_TAKERS = {"Static", "Label", "Button", "Checkbox", "Option", "update", "add_row"}
MARKDOWN = {"Markdown", "MarkdownViewer"}


def findings(source: str) -> list[str]:
    """Return what is wrong in the source, a line each: `3: notify without markup=False`."""
    return [
        f"{node.lineno}: {sentence}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.stmt | ast.expr)
        for sentence in _wrong_with(node)
    ]


def _wrong_with(node: ast.stmt | ast.expr) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            for name in names:
                yield from _wrong_module(name.name)
        case ast.ImportFrom(module=str(module), names=names):
            for name in names:
                yield from _wrong_module(f"{module}.{name.name}")
        case ast.Attribute(attr="escape", value=ast.Attribute(attr="markup")):
            yield "markup.escape protects from nothing"
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _wrong_title(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _wrong_title(target, value)
        case ast.AugAssign(target=ast.Attribute(attr=name)) if name in TITLES:
            yield f"{name} is put together"
        case ast.Call():
            yield from _wrong_call(node)


def _wrong_module(name: str) -> Iterator[str]:
    if name.startswith("textual._"):
        yield f"{name} is an internal of Textual"
    if name in ("textual.markup.escape", "rich.markup.escape"):
        yield "markup.escape protects from nothing"


def _wrong_title(target: ast.expr, value: ast.expr) -> Iterator[str]:
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    if name.lower() in TITLES and _is_built(value):
        yield f"{name} is put together"


def _wrong_call(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if name == "notify" and not any(_is_markup_off(keyword) for keyword in call.keywords):
        yield "notify without markup=False"
    if name in TEXT_TAKERS and any(map(_is_built, arguments)):
        yield f"{name} takes a text that is put together and no Content"
    if name == "from_markup" and any(map(_is_built, call.args)):
        yield "from_markup takes a text that is put together"
    if name in MARKDOWN and not all(isinstance(value, ast.Constant) for value in arguments):
        yield f"{name} takes what is not written here"
    for keyword in call.keywords:
        if keyword.arg in TITLES and _is_built(keyword.value):
            yield f"{keyword.arg} is put together"


def _is_markup_off(keyword: ast.keyword) -> bool:
    value = keyword.value
    return keyword.arg == "markup" and isinstance(value, ast.Constant) and value.value is False


def _is_built(node: ast.expr) -> bool:
    """Whether the expression puts a `str` together from parts that are not all literal."""
    match node:
        case ast.JoinedStr(values=values):
            return any(isinstance(value, ast.FormattedValue) for value in values)
        case ast.BinOp(left=left, op=ast.Mod() | ast.Add(), right=right):
            return any(_is_text(side) or _is_built(side) for side in (left, right))
        case ast.Call(func=ast.Attribute(attr="format" | "join", value=value)):
            return _is_text(value)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_built(body) or _is_built(orelse)
        case ast.BoolOp(values=values):
            return any(map(_is_built, values))
        case ast.NamedExpr(value=value) | ast.Starred(value=value):
            return _is_built(value)
    return False


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("path", sorted(TUI.rglob("*.py")), ids=lambda path: path.name)
def test_no_text_is_read_as_markup(path: Path) -> None:
    assert findings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "code",
    [
        "from textual.markup import escape",
        "from rich.markup import escape as safe",
        "import textual.markup\ntextual.markup.escape(x)",
        "from textual._compositor import Compositor",
        "import textual._context",
        "from textual import _context",
        "Markdown(message.text)",
        "Markdown(f'# {name}')",
        "self.notify(error.sentence)",
        "self.app.notify('done', markup=True)",
        "self.border_title = f'{name} '",
        "self.border_subtitle = '%s' % name",
        "self.tooltip = 'by {}'.format(name)",
        "self.title = 'from ' + name",
        "self.app.sub_title = name + ' (3)' if name else ''",
        "self.sub_title += name",
        "class Inbox:\n    TITLE: str = f'{name}'",
        "Static(f'{name} wrote')",
        "Static('%s wrote' % name)",
        "yield Label(content='by ' + name)",
        "self.query_one(Static).update(f'{count} new')",
        "table.add_row(f'{name}', Content(x))",
        "Button('ok', tooltip=f'{name}')",
        "Content.from_markup(f'[b]{name}[/b]')",
        "Static(text or f'{name}')",
        "Static(', '.join(names))",
    ],
)
def test_a_dangerous_line_is_found(code: str) -> None:
    source = code if not code.startswith("yield") else f"def compose():\n    {code}"
    assert len(findings(source)) >= 1


@pytest.mark.parametrize(
    "code",
    [
        "from textual.content import Content",
        "Markdown('# About')",
        "self.notify(error.sentence, markup=False)",
        "self.notify(f'{name} was sent', markup=False)",
        "self.border_title = 'Inbox'",
        "self.border_title = Content(f'{name}')",
        "Static('[b]Nothing to answer[/b]')",
        "Static(Content(f'{name} wrote'))",
        "Static(id=ROW)",
        "widget.update(Content.assemble(name, (' now', 'dim')))",
        "Content.from_markup('[b]$name[/b]', name=name)",
        "table.add_row(Content(name))",
        "total = 'a' + name",
    ],
)
def test_a_safe_line_is_left_alone(code: str) -> None:
    assert findings(code) == []
