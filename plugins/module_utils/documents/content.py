# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a Command document: read from a dictionary, JSON or YAML, with the lines of its parts. Pure."""

from __future__ import annotations

import dataclasses
import math
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents import content_json, content_yaml
from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import (
    Path,
    UnreadableError,
    check_depth,
    described,
    path_text,
)
from ansible_collections.ssmops.run_command.plugins.module_utils.task import json_texts
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Parsed

Format = t.Literal["JSON", "YAML"]
_BYTE_ORDER_MARK: t.Final = "\ufeff"
# Python's texts may have them, UTF-8 has not.
_SURROGATE: t.Final = re.compile("[\ud800-\udfff]")
_HALF: t.Final = "has half of a character (a surrogate)"


@dataclasses.dataclass(frozen=True)
class Content:
    """The content of a document: its data, and the text of it that is sent.

    `lines` has the line of each part by its path, from 1; it is empty for what was given as a dictionary. `blocks` has
    the first line of each text that is written as a block.
    """

    data: dict[str, t.Any]
    format: Format
    text: str
    lines: Mapping[Path, int] = dataclasses.field(default_factory=dict)
    blocks: Mapping[Path, int] = dataclasses.field(default_factory=dict)

    def line(self, path: Path, line_of_text: int | None = None) -> int | None:
        """The line of the part with a path, or of the nearest part around it; None without a text.

        :param line_of_text: which line of the part's own text is meant, from 0.
        """
        if line_of_text is not None and path in self.blocks:
            return self.blocks[path] + line_of_text
        around = (path[:length] for length in range(len(path), -1, -1))
        return next((self.lines[part] for part in around if part in self.lines), None)


def read(given: Mapping[str, t.Any] | str) -> Content:
    """The content that is given as a dictionary, a JSON text or a YAML text.

    A text may begin with a byte order mark and have the line ends of Windows; it is sent without them.

    :raises RequestError: it is neither, has a key twice, is no dictionary, or has values that JSON has not.
    """
    if not isinstance(given, str):
        return _of_dictionary(given)
    text = given.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")
    try:
        parsed, form = _parsed(text)
    except UnreadableError as error:
        raise RequestError(f"content: {error}") from None
    if not isinstance(parsed.value, dict):
        what = described(parsed.value) if parsed.lines else "empty"
        raise RequestError(f"content: it is {what}; allowed is a dictionary, or the JSON or YAML of one.")
    content = Content(parsed.value, form, text, parsed.lines, parsed.blocks)
    _check_values(content)
    return content


def _parsed(text: str) -> tuple[Parsed, Format]:
    """A text that begins as JSON does is YAML only if it is no JSON and YAML can be read."""
    if not text.lstrip().startswith(("{", "[")):
        return content_yaml.parse(text), "YAML"
    try:
        return content_json.parse(text), "JSON"
    except content_json.NotJsonError as error:
        try:
            return content_yaml.parse(text), "YAML"
        except UnreadableError:
            raise error from None


def _of_dictionary(given: Mapping[str, t.Any]) -> Content:
    data = dict(given)
    _check_values(Content(data, "JSON", ""))
    return Content(data, "JSON", json_texts.dump(data))


def _check_values(content: Content) -> None:
    """Raise RequestError for values that JSON has not, or that cannot be sent."""
    try:
        problems = [f"{path_text(path)}{_place(content, path)} {problem}." for path, problem in _not_json(content.data)]
    except UnreadableError as error:
        problems = [str(error)]
    if problems:
        raise RequestError(f"content: {' '.join(problems)}")


def _place(content: Content, path: Path) -> str:
    line = content.line(path)
    return "" if line is None else f" (line {line})"


def _not_json(value: t.Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    check_depth(path)
    if isinstance(value, dict):
        for key, item in value.items():
            problem = _key_problem(key)
            if problem:
                yield path, f"has the key {key!r}, which {problem}"
            else:
                yield from _not_json(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value):
            yield from _not_json(item, (*path, number))
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"is {value!r}, which JSON has not"
    elif isinstance(value, str):
        if _SURROGATE.search(value):
            yield path, f"{_HALF}: mend the text"
    elif not (value is None or isinstance(value, (bool, int, float))):
        yield path, f"is {described(value)}, which JSON has not: put it in quotes"


def _key_problem(key: t.Any) -> str:
    if not isinstance(key, str):
        return f"is {described(key)}: put it in quotes"
    return _HALF if _SURROGATE.search(key) else ""
