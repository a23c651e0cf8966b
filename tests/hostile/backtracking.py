"""Counts the steps that a backtracking matcher takes for an expression: work, not time, so that a test can judge it.

The matcher walks the tree that `re` itself parses and tries alternatives in the same order as `re` does. It takes none
of its short cuts, so that it counts rather too much than too little.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

__all__ = ["TooMuchError", "attacks", "bounded", "steps"]

Then = Callable[[int], bool]
_CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdecimal,
    sre.CATEGORY_NOT_DIGIT: lambda c: not c.isdecimal(),
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    sre.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    sre.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_WIDE = 24
"""Repeats with a bound above this are cut to it, so that texts need not be longer than such a bound to show growth."""
_MOST_TEXTS = 60
"""Texts for one expression; of more, every second or third is taken."""
_TRIED = "aA0 \t-_./:;=<>\"'&#%?@[](){}|~\\é中\x00\n,+!*$^`»–"
"""Characters among which one is looked for that an expression takes, or does not take."""


class TooMuchError(Exception):
    """The steps have come to more than was allowed."""


class _Matcher:
    def __init__(self, text: str, flags: int, most: int) -> None:
        self.text, self.flags, self.most, self.steps = text, flags, most, 0
        self.groups: dict[int, tuple[int, int]] = {}

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooMuchError

    def takes(self, op: Any, argument: Any, character: str) -> bool:
        if self.flags & re.IGNORECASE:
            return _takes(op, argument, character.lower(), self.flags) or _takes(
                op, argument, character.upper(), self.flags
            )
        return _takes(op, argument, character, self.flags)

    def run(self, nodes: list[Any], index: int, at: int, then: Then) -> bool:
        """Whether the nodes from `index` on match from `at` on, and `then` what follows."""
        if index == len(nodes):
            return then(at)
        self.step()
        op, argument = nodes[index]

        def rest(place: int) -> bool:
            return self.run(nodes, index + 1, place, then)

        if op in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return at < len(self.text) and self.takes(op, argument, self.text[at]) and rest(at + 1)
        if op is sre.BRANCH:
            return any(self.run(list(branch), 0, at, rest) for branch in argument[1])
        if op is sre.SUBPATTERN:
            number, _, _, inner = argument

            def closed(place: int) -> bool:
                before = self.groups.get(number)
                self.groups[number] = (at, place)
                if rest(place):
                    return True
                if before is not None:
                    self.groups[number] = before
                return False

            return self.run(list(inner), 0, at, closed)
        if op in _REPEATS:
            return self.repeat(op, argument, at, rest)
        if op is sre.ATOMIC_GROUP:
            end = self.end_of(list(argument), at)
            return end is not None and rest(end)
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            direction, inner = argument
            found = self.ahead(list(inner), at) if direction > 0 else self.behind(list(inner), at)
            return found is (op is sre.ASSERT) and rest(at)
        if op is sre.AT:
            return self.anchored(argument, at) and rest(at)
        if op is sre.GROUPREF:
            start, end = self.groups.get(argument, (0, -1))
            said = self.text[start:end]
            return end >= 0 and self.text.startswith(said, at) and rest(at + len(said))
        raise NotImplementedError(op)

    def repeat(self, op: Any, argument: Any, at: int, rest: Then) -> bool:
        least, most, inner = argument
        most = min(most, _WIDE) if most != sre.MAXREPEAT and most > _WIDE else most
        least = min(least, _WIDE)
        nodes = list(inner)
        single = len(nodes) == 1 and nodes[0][0] in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN)
        if op is sre.POSSESSIVE_REPEAT:
            count, place = 0, at
            while most == sre.MAXREPEAT or count < most:
                end = self.end_of(nodes, place)
                if end is None or end == place:
                    break
                count, place = count + 1, end
            return count >= least and rest(place)
        if single and op is sre.MAX_REPEAT:
            count = 0
            while (most == sre.MAXREPEAT or count < most) and at + count < len(self.text):
                self.step()
                if not self.takes(*nodes[0], self.text[at + count]):
                    break
                count += 1
            return any(rest(at + kept) for kept in range(count, least - 1, -1))
        if single:
            count = 0
            while True:
                self.step()
                if count >= least and rest(at + count):
                    return True
                full = most != sre.MAXREPEAT and count >= most
                if full or at + count >= len(self.text) or not self.takes(*nodes[0], self.text[at + count]):
                    return False
                count += 1
        lazy = op is sre.MIN_REPEAT

        def again(place: int, count: int) -> bool:
            self.step()
            if lazy and count >= least and rest(place):
                return True
            if (most == sre.MAXREPEAT or count < most) and self.run(
                nodes, 0, place, lambda end: end > place and again(end, count + 1)
            ):
                return True
            return not lazy and count >= least and rest(place)

        return again(at, 0)

    def end_of(self, nodes: list[Any], at: int) -> int | None:
        ends: list[int] = []
        self.run(nodes, 0, at, lambda end: ends.append(end) or True)  # type: ignore[func-returns-value]
        return ends[-1] if ends else None

    def ahead(self, nodes: list[Any], at: int) -> bool:
        return self.end_of(nodes, at) is not None

    def behind(self, nodes: list[Any], at: int) -> bool:
        width = sum(1 for _ in nodes)  # look-behinds of the package are of single characters
        return at >= width and self.run(nodes, 0, at - width, lambda end: end == at)

    def anchored(self, where: Any, at: int) -> bool:
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return at == 0
        if where is sre.AT_END:
            return at == len(self.text) or self.text[at:] == "\n"
        if where is sre.AT_END_STRING:
            return at == len(self.text)
        edge = (at > 0 and self.text[at - 1].isalnum()) != (at < len(self.text) and self.text[at].isalnum())
        return edge is (where is sre.AT_BOUNDARY)


def _takes(op: Any, argument: Any, character: str, flags: int) -> bool:
    code = ord(character[0])
    if op is sre.LITERAL:
        return code == argument
    if op is sre.NOT_LITERAL:
        return code != argument
    if op is sre.ANY:
        return bool(flags & re.DOTALL) or character != "\n"
    negated = bool(argument) and argument[0][0] is sre.NEGATE
    found = any(_one(kind, value, character, code, flags) for kind, value in argument if kind is not sre.NEGATE)
    return found is not negated


def _one(kind: Any, value: Any, character: str, code: int, flags: int) -> bool:
    if kind is sre.LITERAL:
        return code == value
    if kind is sre.RANGE:
        return bool(value[0] <= code <= value[1])
    if kind is sre.CATEGORY:
        if flags & re.ASCII and not character.isascii():
            return value in (sre.CATEGORY_NOT_DIGIT, sre.CATEGORY_NOT_SPACE, sre.CATEGORY_NOT_WORD)
        return bool(_CATEGORIES[value](character[0]))
    raise NotImplementedError(kind)


@cache
def _tree(expression: re.Pattern[Any]) -> tuple[list[Any], int]:
    source = expression.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    flags = expression.flags & ~re.UNICODE if isinstance(source, bytes) else expression.flags
    parsed = sre_parser.parse(text, flags & ~re.DEBUG)
    return list(parsed), expression.flags


def steps(expression: re.Pattern[Any], text: str, *, anchored: bool, most: int) -> int:
    """Steps until the expression is found in a text, or is not; `anchored`: only at its beginning.

    Raises:
        TooMuchError: They come to more than `most`.
    """
    nodes, flags = _tree(expression)
    matcher = _Matcher(text, flags, most)
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(200_000)
    try:
        start = 0
        while start <= len(text):
            matcher.groups = {}
            end = matcher.end_of(nodes, start)
            if anchored:
                break
            # as `sub` and `split` go on behind what was found
            start = start + 1 if end is None else max(end, start + 1)
    finally:
        sys.setrecursionlimit(depth)
    return matcher.steps


def bounded(expression: re.Pattern[Any]) -> int:
    """The largest bound of a repeat that is cut off while counting; 1: none is."""
    return max([1, *(_bounds(_tree(expression)[0]))])


def _bounds(nodes: Any) -> Iterator[int]:
    for op, argument in nodes:
        if op in _REPEATS and argument[1] != sre.MAXREPEAT and argument[1] > _WIDE:
            yield int(argument[1])
        for inner in _inner(op, argument):
            yield from _bounds(inner)


def _inner(op: Any, argument: Any) -> list[list[Any]]:
    if op in _REPEATS:
        return [list(argument[2])]
    if op is sre.SUBPATTERN:
        return [list(argument[3])]
    if op is sre.BRANCH:
        return [list(branch) for branch in argument[1]]
    if op is sre.ATOMIC_GROUP:
        return [list(argument)]
    return []


def attacks(expression: re.Pattern[Any], size: int) -> list[str]:
    """Texts of about `size` characters on which an expression would have to work most.

    For each repeat: what leads to it, its content again and again, and an end that does not match; what leads to it
    again and again; and both with the contents of two repeats in turn.
    """
    return [make(size) for make in _makers(*_tree(expression))]


def _makers(nodes: list[Any], flags: int) -> list[Callable[[int], str]]:
    makers: dict[tuple[str, str, str], Callable[[int], str]] = {}

    def add(lead: str, unit: str, end: str) -> None:
        makers.setdefault((lead, unit, end), lambda size: lead + (unit * (size // len(unit) + 1))[:size] + end)

    spots = list(_spots(nodes, "", flags))
    contents = [content for _, each in spots for content in each]
    for lead, each in spots or [(_sample(nodes, flags), [_sample(nodes, flags)])]:
        for content in each:
            for unit in (content, lead + content, lead, *(content + other for other in contents[:3])):
                if unit:
                    for end in ("", "\x00"):
                        add(lead, unit, end)
    whole = _sample(nodes, flags)
    if whole:
        for cut in range(1, min(len(whole), 24) + 1):
            add("", whole[:cut], "")
        for character in dict.fromkeys(whole):
            add(whole[:1], character, "")
    made = list(makers.values())
    return made[:: len(made) // _MOST_TEXTS + 1]


def _spots(nodes: list[Any], lead: str, flags: int) -> Iterator[tuple[str, list[str]]]:
    """What leads to each repeat, and what it repeats."""
    for op, argument in nodes:
        if op in _REPEATS:
            inner = list(argument[2])
            yield lead, _contents(inner, flags)
            yield from _spots(inner, lead, flags)
            lead += _sample(inner, flags) * max(1, min(argument[0], _WIDE))
            continue
        for branch in _inner(op, argument):
            yield from _spots(branch, lead, flags)
        lead += _sample([(op, argument)], flags)


def _contents(nodes: list[Any], flags: int) -> list[str]:
    """Some texts that the content of a repeat matches."""
    if len(nodes) == 1 and nodes[0][0] in (sre.IN, sre.ANY, sre.NOT_LITERAL):
        taken = [each for each in _TRIED if _takes(*nodes[0], each, flags)]
        if len(taken) < 3:
            return taken
        return [taken[0], taken[len(taken) // 2], taken[-1], "".join(taken[:5])]
    if len(nodes) == 1 and nodes[0][0] is sre.SUBPATTERN:
        return _contents(list(nodes[0][1][3]), flags)
    if len(nodes) == 1 and nodes[0][0] is sre.BRANCH:
        return [_sample(list(branch), flags) for branch in nodes[0][1][1]]
    return [_sample(nodes, flags)]


def _sample(nodes: list[Any], flags: int) -> str:
    """A text that the nodes match, as far as that can be told without trying."""
    found = ""
    for op, argument in nodes:
        if op is sre.LITERAL:
            found += chr(argument)
        elif op in (sre.NOT_LITERAL, sre.ANY, sre.IN):
            found += next((each for each in _candidates(op, argument) if _takes(op, argument, each, flags)), "")
        elif op in _REPEATS:
            found += _sample(list(argument[2]), flags) * max(1, min(argument[0], _WIDE))
        elif op is sre.BRANCH:
            found += _sample(list(argument[1][0]), flags)
        elif op is sre.SUBPATTERN:
            found += _sample(list(argument[3]), flags)
        elif op is sre.ATOMIC_GROUP:
            found += _sample(list(argument), flags)
    return found


def _candidates(op: Any, argument: Any) -> Iterator[str]:
    yield from _TRIED
    if op is sre.IN:
        for kind, value in argument:
            if kind is sre.LITERAL:
                yield chr(value)
            elif kind is sre.RANGE:
                yield chr(value[0])
    yield from (chr(code) for code in range(0x250) if unicodedata.category(chr(code)) != "Cn")
