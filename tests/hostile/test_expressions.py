"""No expression of the package can be made to work more than in proportion to a stranger's text."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import moderator
from tests.hostile.backtracking import TooMuchError, attacks, steps

_ROOT = Path(moderator.__file__).parent
_CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
_AT_THE_BEGINNING = {"match", "fullmatch"}
_SHORT, _LONG = 32, 128
_MOST = 25_000
"""Steps for the longer text: 200 a character."""


class Expression(NamedTuple):
    """One expression of the package."""

    place: str
    compiled: re.Pattern[Any]
    anchored: bool


def _expressions() -> Iterator[Expression]:
    for info in pkgutil.walk_packages([str(_ROOT)], "moderator."):
        file = _ROOT.joinpath(*info.name.split(".")[1:])
        file = file / "__init__.py" if info.ispkg else file.with_suffix(".py")
        source = file.read_text(encoding="utf-8")
        if "re." not in source:
            continue
        tree = ast.parse(source)
        imported = [node.names[0].name for node in ast.walk(tree) if isinstance(node, ast.Import)]
        if "re" not in imported:
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for number, each in enumerate(_patterns(value)):
                yield Expression(f"{info.name}:{name}:{number}", each, _is_anchored(source, name))
        for call, method in _calls(tree):
            if method != "compile" and isinstance(call.args[0], ast.Constant):
                flags = 0
                yield Expression(
                    f"{info.name}:{call.lineno}", re.compile(call.args[0].value, flags), method in _AT_THE_BEGINNING
                )


def _patterns(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _patterns(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _patterns(each)


def _is_anchored(source: str, name: str) -> bool:
    methods = set(re.findall(rf"\b{name}\.(\w+)", source))
    return bool(methods) and methods <= _AT_THE_BEGINNING


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "re":
                yield node, node.func.attr


_ALL = list(_expressions())


def growth(compiled: re.Pattern[Any], *, anchored: bool) -> tuple[float, str]:
    """The worst ratio of steps when a text becomes four times as long, and the text."""
    worst, on = 0.0, ""
    for short, long in zip(attacks(compiled, _SHORT), attacks(compiled, _LONG), strict=True):
        try:
            few = steps(compiled, short, anchored=anchored, most=_MOST)
            many = steps(compiled, long, anchored=anchored, most=_MOST)
        except TooMuchError:
            return float("inf"), long
        if many / max(few, _SHORT) > worst:
            worst, on = many / max(few, _SHORT), long
    return worst, on


@pytest.mark.slow
@pytest.mark.parametrize("expression", _ALL, ids=lambda each: each.place)
def test_work_grows_with_the_text_and_no_faster(expression: Expression) -> None:
    ratio, text = growth(expression.compiled, anchored=expression.anchored)
    # a text four times as long: 4 is linear, 16 quadratic
    assert ratio < 7, f"{expression.compiled.pattern!r} on {text[:60]!r}...: {ratio:.1f} times the work"


@pytest.mark.parametrize(
    ("pattern", "anchored"),
    [
        (r"\s(?:\||-|::|:)+\s", False),  # the one that froze a process
        (r"(?:a+)+$", True),
        (r"\s+$", False),
        (r"/\*.*?\*/", False),
        (r"(?:a|a)*b", True),
        (r"x*x*y", True),
    ],
)
def test_the_check_finds_what_is_bad(pattern: str, anchored: bool) -> None:
    try:
        ratio, _ = growth(re.compile(pattern), anchored=anchored)
    except TooMuchError:
        return
    assert ratio > 10


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"a+b", "aaab"),
        (r"(a|b)*?c", "ababc"),
        (r"(?i)x[^<>]{0,30}>", "Xabc>"),
        (r"(\w)\1", "abccd"),
        (r"(?:a++|b)c", "aac"),
    ],
)
def test_the_counting_matcher_finds_what_re_finds(pattern: str, text: str) -> None:
    from tests.hostile.backtracking import _Matcher, _tree

    nodes, flags = _tree(re.compile(pattern))
    found = [
        start for start in range(len(text) + 1) if _Matcher(text, flags, 10_000).run(nodes, 0, start, lambda end: True)
    ]
    expected = re.compile(pattern).search(text)
    assert expected is not None
    assert found[0] == expected.start()


_NAMES = {"tag": "p", "part": ",", "name": "item", "packed": True, "re": re}
"""What stands in the names of which functions make expressions."""


def _made() -> list[tuple[str, str]]:
    """Expressions that are made inside functions, of what is not constant: file and source."""
    found = []
    for file in sorted(_ROOT.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = {id(call) for function in functions for call, _ in _calls(function)}
        for call, method in _calls(tree):
            if id(call) in inside and (method == "compile" or not isinstance(call.args[0], ast.Constant)):
                found.append((file.relative_to(_ROOT).as_posix(), ast.unparse(call.args[0])))
    return found


@pytest.mark.parametrize(("file", "source"), [pytest.param(*made, id=made[0]) for made in _made()])
def test_expressions_that_functions_make_are_no_exception(file: str, source: str) -> None:
    made = re.compile(eval(source, dict(_NAMES)))
    ratio, text = growth(made, anchored=file == "tables/delimited.py")  # it asks for a match at a place
    assert ratio < 7, f"{made.pattern!r} on {text[:60]!r}...: {ratio:.1f} times the work"


def test_every_expression_is_seen() -> None:
    assert [file for file, _ in _made()] == ["html/flatten.py", "tables/delimited.py", "wordpress/markup.py"]
    assert len(_ALL) > 60
