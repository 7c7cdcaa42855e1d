# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules by which AWS checks the content of a Command document, all at once. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import path_text

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content import Content
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

SCHEMA_WITH_PLUGINS: t.Final = "1.2"
SCHEMAS: t.Final = (SCHEMA_WITH_PLUGINS, "2.0", "2.2")


@dataclasses.dataclass(frozen=True)
class Fault:
    """What AWS refuses a document for: the path of the part, its line if it was a text, one sentence."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = "" if self.line is None else f" (line {self.line})"
        return f"{self.path}{place}: {self.message}"


def faults(content: Content) -> list[Fault]:
    """Everything AWS refuses the content for as a document of type Command, in the order of the lines."""
    found = [Fault(path_text(path), content.line(path), message) for path, message in _problems(content.data)]
    return sorted(dict.fromkeys(found), key=lambda fault: fault.line or 0)


def _problems(data: dict[str, t.Any]) -> Iterator[tuple[Path, str]]:
    version = data.get("schemaVersion")
    if version not in SCHEMAS:
        yield ("schemaVersion",), f"{version!r} is no schema version; allowed are {', '.join(map(repr, SCHEMAS))}."
        return
    steps = "runtimeConfig" if version == SCHEMA_WITH_PLUGINS else "mainSteps"
    if not data.get(steps):
        yield (steps,), f"it is missing; schema version {version} requires it."
