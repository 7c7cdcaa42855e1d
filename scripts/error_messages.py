# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds the errors that users get in the source of the plugins: every text that is raised, with names for its values.

A text comes from the first argument of an error class, of `RequestError.of_value` and of `fail_json`. What the code
computes is followed through local names, constants and functions that return texts; a value is shown as its name in
capitals, and as … where it has none.
"""

from __future__ import annotations

import ast
import dataclasses
import re
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from collections.abc import Iterator

PLUGINS: t.Final = Path(__file__).resolve().parent.parent / "plugins"
ANSIBLE_ERRORS: t.Final = ("AnsibleActionFail", "AnsibleAWSError", "AnsibleFilterError", "AnsibleParserError")
UNKNOWN: t.Final = "…"
# A filter names itself before the error of what it uses.
PASSED_ON: t.Final = re.compile(r"[a-z_]+: ERROR")
# Texts of one function in another, and that in a third: deeper ones do not occur.
DEPTH: t.Final = 4

Function = ast.FunctionDef
Texts = list[str]


@dataclasses.dataclass(frozen=True)
class Message:
    """A text that is raised, and where."""

    text: str
    place: str


@dataclasses.dataclass(frozen=True)
class Scope:
    """What names mean in a function of a file."""

    constants: dict[str, ast.expr]
    functions: dict[str, list[Function]]
    inside: Function | None
    depth: int = DEPTH

    def within(self, function: Function) -> Scope:
        """The scope of a function that is called."""
        return dataclasses.replace(self, inside=function, depth=self.depth - 1)


def messages() -> list[Message]:
    """Every text that the plugins raise, once, in the order of files and lines."""
    found: dict[str, Message] = {}
    for message in _all_messages():
        if message.text:
            found.setdefault(message.text, message)
    return list(found.values())


def passed_on() -> set[str]:
    """The errors whose text cannot be read here, as FILE: EXPRESSION. They pass on the text of another."""
    return {message.place for message in _all_messages() if not message.text}


def _all_messages() -> Iterator[Message]:
    """The texts of each error that is made; one without a text has the expression in its place."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PLUGINS.rglob("*.py"))}
    errors = {*ANSIBLE_ERRORS, *(name for tree in trees.values() for name in _own_errors(tree))}
    everywhere = _functions([node for tree in trees.values() for node in ast.walk(tree)])
    for path, tree in trees.items():
        here = {**everywhere, **_functions(list(ast.walk(tree)))}
        for function, call in _calls(tree):
            argument = _argument(call, errors, function)
            if argument is not None:
                place = path.relative_to(PLUGINS)
                texts = _clean(_texts_of_error(call, argument, Scope(_constants(tree), here, function)))
                yield from [Message(text, f"{place}:{call.lineno}") for text in texts]
                if not texts and _name(call.func) != "__init__":
                    yield Message("", f"{place}: {ast.unparse(argument)}")


def _own_errors(tree: ast.Module) -> Iterator[str]:
    """The classes of errors of a file that leave it."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error") and not node.name.startswith("_"):
            yield node.name


def _functions(nodes: list[ast.AST]) -> dict[str, list[Function]]:
    """Functions and methods by name."""
    found: dict[str, list[Function]] = {}
    for node in nodes:
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(node)
    return found


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """The values of names that are assigned at the top of a file."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            found[node.target.id] = node.value
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node.value
    return found


def _calls(tree: ast.Module) -> Iterator[tuple[Function | None, ast.Call]]:
    """Every call of a file, with the innermost function around it."""

    def below(node: ast.AST, function: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                yield function, child
            yield from below(child, child if isinstance(child, ast.FunctionDef) else function)

    return below(tree, None)


def _argument(call: ast.Call, errors: set[str], function: Function | None) -> ast.expr | None:
    """What a call makes an error of; None for any other call."""
    name = _name(call.func)
    composes = name == "__init__" and function is not None and function.name == "__init__"
    if call.args and (name in errors or composes or (name == "of_value" and len(call.args) == 3)):
        return call.args[0]
    is_failure = name == "fail_json"
    return next((keyword.value for keyword in call.keywords if is_failure and keyword.arg == "msg"), None)


def _texts_of_error(call: ast.Call, argument: ast.expr, scope: Scope) -> Texts:
    if _name(call.func) != "of_value":
        return _texts(argument, scope)
    ends = _texts(call.args[2], scope)
    return [f"{begin} VALUE: {end}" for begin in _texts(argument, scope) for end in ends]


def _name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _clean(texts: Texts) -> Texts:
    """The texts that say something of their own, each on one line."""
    lines = (re.sub(r"\s+", " ", text).strip() for text in texts)
    return [line for line in lines if re.search(r"[a-z]{2}.* ", line) and not PASSED_ON.fullmatch(line)]


def _texts(expression: ast.expr, scope: Scope) -> Texts:
    """The texts that an expression can have."""
    match expression:
        case ast.FormattedValue(value=value):
            return _texts(value, scope)
        case ast.JoinedStr(values=parts):
            return _joined([_texts(part, scope) for part in parts])
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([_texts(left, scope), _texts(right, scope)])
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body, scope), *_texts(orelse, scope)]
    return _texts_of_word(expression, scope)


def _texts_of_word(expression: ast.expr, scope: Scope) -> Texts:
    """The texts of what is not composed here: a constant, a name, a call."""
    match expression:
        case ast.Constant(value=value):
            return [str(value)]
        case ast.Name(id=name):
            return _texts_of_name(name, scope)
        case ast.Call():
            return _returned(_name(expression.func), scope)
        case ast.Attribute(attr=name):
            return next((texts for texts in [_returned(name, scope)] if texts != [UNKNOWN]), [_shown(name)])
    return [UNKNOWN]


def _shown(name: str) -> str:
    """The name of a value in a message."""
    return name.strip("_").upper()


def _joined(parts: list[Texts]) -> Texts:
    """Every way to put one text of each part behind each other; a value right after another may be empty."""
    whole = [""]
    for part in parts:
        whole = [begin + ("" if _is_value(begin[-1:]) and _is_value(end) else end) for begin in whole for end in part]
    return whole


def _is_value(text: str) -> bool:
    return re.fullmatch(f"[A-Z_]+|{UNKNOWN}", text) is not None


def _texts_of_name(name: str, scope: Scope) -> Texts:
    """The texts that a name was given in its function or file; its name in capitals if it is a value."""
    given = [scope.constants[name]] if name in scope.constants else _assigned(name, scope.inside)
    if scope.depth > 0:
        deeper = dataclasses.replace(scope, depth=scope.depth - 1)
        texts = [text for value in given for text in _texts(value, deeper) if text not in (UNKNOWN, _shown(name))]
        if texts and (name in scope.constants or all(re.search("[a-z] ", text) for text in texts)):
            return texts
    return [_shown(name)]


def _assigned(name: str, function: Function | None) -> list[ast.expr]:
    nodes = list(ast.walk(function)) if function else []
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Assign) and any(_name(target) == name for target in node.targets)
    ]


def _returned(name: str, scope: Scope) -> Texts:
    """The texts that a function of this name returns, if it is the only one and returns texts."""
    functions = scope.functions.get(name, [])
    if len(functions) != 1 or scope.depth == 0 or _name(functions[0].returns or ast.Constant(None)) != "str":
        return [UNKNOWN]
    inner = scope.within(functions[0])
    returned = [node.value for node in ast.walk(functions[0]) if isinstance(node, ast.Return) and node.value]
    texts = [text for value in returned for text in _texts(value, inner)]
    return texts if texts and any(re.search("[a-z]{2} ", text) for text in texts) else [UNKNOWN]
