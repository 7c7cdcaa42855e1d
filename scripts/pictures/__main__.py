# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the pictures of the README: the demo as an animated terminal, and a report in a browser.

make pictures
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from scripts.pictures.terminal import Line, drawn, recorded
from tests.support.browser import chromium

if t.TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: t.Final = Path(__file__).resolve().parents[2]
IMAGES: t.Final = ROOT / "docs" / "images"
# What the picture begins with: the tasks before only make the nodes.
BEGINNING: t.Final = "TASK [Send one command"
END: t.Final = "TASK [Check that the result"
ENVIRONMENT: t.Final = {
    "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
    "ANSIBLE_DEPRECATION_WARNINGS": "false",
    "ANSIBLE_FORCE_COLOR": "true",
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "COLUMNS": "100",
}
COMMAND: t.Final = "ansible-playbook ssmops.run_command.demo"


def told(lines: Sequence[Line]) -> list[Line]:
    """The part of a recording that shows the command, from its own beginning."""
    first = next(number for number, line in enumerate(lines) if BEGINNING in line.text)
    last = next(number for number, line in enumerate(lines) if END in line.text)
    began = lines[first].seconds - 1
    prompt = Line(0, f"\x1b[1m$ {COMMAND}\x1b[0m")
    return [prompt, *(Line(line.seconds - began, line.text) for line in lines[first:last])]


def picture_demo() -> None:
    """Record the demo, and draw it."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "ssmops.run_command.demo"]
    lines = recorded(command, {**os.environ, **ENVIRONMENT})
    (IMAGES / "demo.svg").write_text(drawn(told(lines)), encoding="utf-8")


def picture_report() -> None:
    """Write a report of a command on the sandbox, and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        play = str(Path(__file__).with_name("report.yml"))
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        subprocess.run([program, play, "--extra-vars", f"page={page}"], check=True)
        with chromium() as browser:
            opened = browser.new_page(viewport={"width": 1180, "height": 640}, color_scheme="light")
            opened.goto(page.as_uri())
            opened.locator("#nodes tbody td.id").first.wait_for()
            opened.screenshot(path=IMAGES / "report.png")


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    picture_demo()
    picture_report()
