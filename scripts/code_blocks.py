# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Extracts the YAML blocks in the README and the guides as playbooks.

python -m scripts.code_blocks DIRECTORY    writes each block that has tasks or plays as a playbook, and prints its path
"""

from __future__ import annotations

import re
import sys
import textwrap
import typing as t
from pathlib import Path

import yaml

CHECKOUT: t.Final = Path(__file__).resolve().parent.parent
MARKDOWN_PAGES: t.Final = ("*.md", "roles/*/README.md", "extensions/*/README.md")
DOCSITE_PAGES: t.Final = ("docs/docsite/rst/*.rst",)
FENCED: t.Final = re.compile(r"^ *```ya?ml\n(?P<block>.*?)^ *```", re.MULTILINE | re.DOTALL)
DIRECTIVE: t.Final = re.compile(
    r"^(?P<indent> *)\.\. code-block:: yaml\n\n(?P<block>(?:(?:(?P=indent) {2,}.*)?\n)+)", re.MULTILINE
)


def blocks_of(page: Path) -> list[str]:
    """The YAML blocks in a page of Markdown or reStructuredText."""
    pattern = FENCED if page.suffix == ".md" else DIRECTIVE
    return [textwrap.dedent(found["block"]) for found in pattern.finditer(page.read_text(encoding="utf-8"))]


def all_blocks() -> dict[str, str]:
    """Every block by a name that shows where it is from: README-2."""
    pages = [page for pattern in (*MARKDOWN_PAGES, *DOCSITE_PAGES) for page in sorted(CHECKOUT.glob(pattern))]
    return {
        f"{'-'.join(page.relative_to(CHECKOUT).with_suffix('').parts)}-{number}": block
        for page in pages
        for number, block in enumerate(blocks_of(page), 1)
    }


def playbook_of(block: str) -> list[t.Any] | None:
    """A block as a playbook, with its tasks in a play on localhost; None if the block is something else."""
    read = yaml.safe_load(block)
    # What imports a playbook is a file of a Molecule scenario: the guide's are those of tests/ops_repo.
    if not isinstance(read, list) or any(key.endswith("import_playbook") for entry in read for key in entry):
        return None
    if all("hosts" in play for play in read):
        return read
    return [{"name": "The tasks of the page", "hosts": "localhost", "gather_facts": False, "tasks": read}]


def main() -> None:
    """Writes the playbooks."""
    directory = Path(sys.argv[1])
    for name, block in all_blocks().items():
        playbook = playbook_of(block)
        if playbook is not None:
            path = directory / f"{name}.yml"
            path.write_text(yaml.safe_dump(playbook, sort_keys=False), encoding="utf-8")
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
