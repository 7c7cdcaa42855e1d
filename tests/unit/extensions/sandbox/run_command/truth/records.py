# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded answers beside this file, and how an answer is held against one. Their first line explains them."""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
import typing as t

Json = dict[str, t.Any]
_PLACEHOLDER = re.compile(r"<[A-Z0-9_]+>")


def read(name: str) -> list[Json]:
    """The records of a file beside this one, without its header."""
    lines = pathlib.Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [record for record in map(json.loads, lines) if not record.get("header")]


class Texts:
    """Compares texts with recorded ones; values: what stands for the placeholders whose value is known."""

    def __init__(self, values: t.Mapping[str, str]) -> None:
        self._patterns = {
            "<ANY>": r"[^\n]*",
            "<SCRIPT>": r"/[^\n:]*/document/orchestration/[^\n:]*/_script\.sh",
            "<AGENT_CWD>": r"/[^\n]*",
            **{name: re.escape(value) for name, value in values.items()},
        }

    def match(self, recorded: t.Any, text: str) -> bool:
        """Whether a text is what was recorded, in any of the forms of a record."""
        if isinstance(recorded, dict) and "has_lines" in recorded:
            return self._has_lines(recorded, text.splitlines())
        if isinstance(recorded, dict) and "sha256" in recorded:
            return hashlib.sha256(text.encode()).hexdigest() == str(recorded["sha256"])
        return bool(re.fullmatch(self._pattern(recorded), text))

    def matches_log(self, recorded: t.Any, text: str) -> bool:
        """The same for a log stream, which may lack its last line end."""
        return self.match(recorded, text) or self.match(recorded, text + "\n")

    def _has_lines(self, recorded: Json, lines: list[str]) -> bool:
        def is_there(line: str) -> bool:
            return any(re.fullmatch(self._pattern(line), found) for found in lines)

        return all(map(is_there, recorded["has_lines"])) and not any(map(is_there, recorded.get("lacks_lines", ())))

    def _pattern(self, recorded: t.Any) -> str:
        if isinstance(recorded, list):
            return "".join(map(self._pattern, recorded))
        if isinstance(recorded, dict):
            return f"(?:{re.escape(recorded['repeat'])}){{{recorded['times']}}}{re.escape(recorded.get('suffix', ''))}"
        parts: list[str] = []
        end = 0
        for found in _PLACEHOLDER.finditer(recorded):
            if found[0] in self._patterns:
                parts += [re.escape(recorded[end : found.start()]), self._patterns[found[0]]]
                end = found.end()
        return "".join([*parts, re.escape(recorded[end:])])


def replace(value: t.Any, values: t.Mapping[str, str]) -> t.Any:
    """A document or parameters with placeholders replaced."""
    text = json.dumps(value)
    for name, replacement in values.items():
        text = text.replace(name, replacement)
    return json.loads(text)
