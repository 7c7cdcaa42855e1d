# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the rights of meta/permissions.yml into the documentation of the modules and the guides.

    make permissions

A module has them in the notes that begin with "Required permissions" and "Optional permissions". A page has them
between two comments, of which the first holds as JSON what is wanted: {"note": MODULE}, or {"policy": [...]} as the
filter permissions takes it, with "account", "region", and "node_condition" for the statements about nodes.
"""

from __future__ import annotations

import json
import re
import textwrap
import typing as t
from pathlib import Path

from ansible_collections.ssmops.run_command.plugins.filter.permissions import known_permissions, permissions

if t.TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ansible_collections.ssmops.run_command.plugins.module_utils.access.permissions import Right

ROOT: t.Final = Path(__file__).resolve().parent.parent
GUIDES: t.Final = ("access", "documents", "first_command", "monitoring", "setup")
PAGES: t.Final = tuple(ROOT / "docs" / "docsite" / "rst" / f"guide_{name}.rst" for name in GUIDES)
# The uses in the order of a note, and how each begins.
USES: t.Final[Mapping[str, str]] = {
    "create": "to create",
    "send": "to send",
    "change": "to change",
    "cancel": "to cancel",
    "absent": "with O(state=absent)",
    "enable": "with O(state=enabled)",
    "disable": "with O(state=disabled)",
    "register": "for a role that AWS manages, to enable it",
    "deregister": "to disable it",
}
WIDTH: t.Final = 118
POLICY_WIDTH: t.Final = 140
_NOTES: t.Final = re.compile(r'(?: {2}- "(?:Required|Optional) permissions: (?:[^"]|\n)*?"\n)+')
_BLOCK: t.Final = re.compile(
    r"(?P<begin>\.\. permissions: (?P<wanted>\{[^\n]*\})\n\n)(?:.*?\n)??(?P<end>\.\. end of permissions\n)",
    re.DOTALL,
)

Json = dict[str, t.Any]


def listed(items: Sequence[str]) -> str:
    """Items as English lists them: A, B and C."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def notes_of(module: str) -> list[str]:
    """The notes of a module: its required rights, and one for those that are not."""
    rights = known_permissions().by_name[module]
    required = [right for right in rights if not right.optional]
    uses: dict[str, list[str]] = {}
    for use in ("read", *USES):
        uses.setdefault(_part(required, use), []).append(USES.get(use, ""))
    parts = [f"{' or '.join(begin)}, {text}".removeprefix(", ") for text, begin in uses.items() if text]
    optional = dict.fromkeys(right.optional for right in rights if right.optional)
    notes = [f"Required permissions: {'; '.join(parts)}."] if parts else []
    lost = [_lost([right for right in rights if right.optional == text], text) for text in optional]
    return [*notes, *([f"Optional permissions: {'; '.join(lost)}."] if lost else [])]


def _part(rights: Iterable[Right], use: str) -> str:
    """The rights of one use, those of options after the others."""
    by_options: dict[tuple[str, ...], dict[str, None]] = {}
    for right in rights:
        if use in right.uses:
            passed = right.conditions.get("StringEquals", {}).get("iam:PassedToService")
            names = [f"{name} for {passed}" if passed else name for name in right.actions]
            by_options.setdefault(right.options, {}).update(dict.fromkeys(names))
    always = list(by_options.pop((), {}))
    texts = [*([listed(always)] if always else []), *(_with(*entry) for entry in by_options.items())]
    return ", ".join(texts)


def _with(options: Sequence[str], actions: Iterable[str]) -> str:
    return f"with {_either(options)} {listed(list(actions))}"


def _either(options: Sequence[str]) -> str:
    return listed([f"O({option})" for option in options]).replace(" and ", " or ")


def _lost(rights: Sequence[Right], text: str) -> str:
    actions = listed(list(dict.fromkeys(action for right in rights for action in right.actions)))
    options = {right.options for right in rights}
    with_options = f" with {_either(*options)}" if len(options) == 1 and options != {()} else ""
    return f"{actions}{with_options}, without which {text}"


def with_notes(text: str, module: str) -> str:
    """A module's file with its notes as they are to be; a module without rights has none."""
    lines = [
        textwrap.fill(f'- "{note}"', WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        for note in notes_of(module)
    ]
    return _NOTES.sub(lambda _match: "".join(f"{line}\n" for line in lines), text)


def with_blocks(text: str) -> str:
    """A page with its policies and notes as they are to be."""
    return _BLOCK.sub(lambda match: f"{match['begin']}{_shown(json.loads(match['wanted']))}\n{match['end']}", text)


def _shown(wanted: Json) -> str:
    if "note" in wanted:
        notes = [_plain(note) for note in notes_of(wanted["note"])]
        return "".join(f"{textwrap.fill(note, 150, initial_indent='- ', subsequent_indent='  ')}\n" for note in notes)
    policy = textwrap.indent(policy_text(policy_of(wanted)), "  ")
    return f".. code-block:: json\n\n{policy}"


def _plain(note: str) -> str:
    actions = re.sub(r"(?<![\w`])([a-z0-9]+:[A-Z]\w+)", r"``\1``", note)
    return re.sub(r"O\((.*?)\)", r"``\1``", actions).replace("state=absent", "state: absent")


def policy_of(wanted: Json) -> Json:
    """The policy for what a comment wants."""
    place = {name: wanted[name] for name in ("account", "region") if name in wanted}
    document = permissions(wanted["policy"], **place, optional=wanted.get("optional", True))
    for statement in document["Statement"]:
        if "node_condition" in wanted and any(":instance/" in arn for arn in statement["Resource"]):
            statement["Condition"] = wanted["node_condition"]
    return document


def policy_text(document: Json) -> str:
    """A policy as JSON: one line for each field, and a few for one that is longer."""
    statements = ",\n".join(f"    {{\n{_fields(statement)}\n    }}" for statement in document["Statement"])
    return f'{{\n  "Version": "{document["Version"]}",\n  "Statement": [\n{statements}\n  ]\n}}\n'


def _fields(statement: Json) -> str:
    return ",\n".join(f"      {json.dumps(name)}: {_value(value)}" for name, value in statement.items())


def _value(value: t.Any) -> str:
    if not isinstance(value, list) or len(value) == 1:
        return json.dumps(value[0] if isinstance(value, list) else value)
    line = json.dumps(value)
    if len(line) < POLICY_WIDTH - 30:
        return line
    lines = textwrap.wrap(line[1:-1], POLICY_WIDTH - 10, break_long_words=False, break_on_hyphens=False)
    return "[\n" + "\n".join(f"        {part}" for part in lines) + "\n      ]"


def rendered() -> dict[Path, str]:
    """The files, as they are to be."""
    modules = {path: with_notes(path.read_text(encoding="utf-8"), path.stem) for path in module_files()}
    pages = {path: with_blocks(path.read_text(encoding="utf-8")) for path in PAGES}
    return {**modules, **pages}


def module_files() -> list[Path]:
    """The files of all modules."""
    return sorted(path for path in (ROOT / "plugins" / "modules").glob("*.py") if path.stem != "__init__")


def main() -> None:
    """Write the files anew."""
    for path, text in rendered().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
