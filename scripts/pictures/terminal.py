# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A program's output as a picture: its lines appear as they were written, in their colors."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import time
import typing as t
from xml.sax.saxutils import escape

from scripts.license_header import header

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Ansible's colors, on a dark ground; each has a contrast of 4.5:1 at least.
COLORS: t.Final[Mapping[str, str]] = {
    "31": "#ff8a80",
    "32": "#7ee787",
    "33": "#e3b341",
    "34": "#79c0ff",
    "35": "#d2a8ff",
    "36": "#56d4dd",
    "90": "#9ea7b3",
}
GROUND: t.Final = "#14171a"
TEXT: t.Final = "#e6edf3"
SIZE: t.Final = 13
LINE_HEIGHT: t.Final = 18
CHARACTER_WIDTH: t.Final = 7.83
MARGIN: t.Final = 14
WIDEST: t.Final = 108
_COLOR: t.Final = re.compile(r"\x1b\[([0-9;]*)m")
STYLE: t.Final = (
    f"text{{font:{SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:{TEXT};white-space:pre}}"
    "@media (prefers-reduced-motion:no-preference){text{animation:a 1ms backwards}}@keyframes a{from{opacity:0}}"
)


@dataclasses.dataclass(frozen=True)
class Line:
    """A line, and the seconds after which it was written."""

    seconds: float
    text: str


def recorded(command: Sequence[str], environment: Mapping[str, str]) -> list[Line]:
    """The lines that a program writes, and when."""
    began = time.monotonic()
    lines: list[Line] = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        output = t.cast("t.IO[str]", running.stdout)
        lines.extend(Line(time.monotonic() - began, line.rstrip("\n")) for line in output)
    if running.returncode != 0:
        raise subprocess.CalledProcessError(running.returncode, command, "\n".join(line.text for line in lines))
    return lines


def drawn(lines: Sequence[Line]) -> str:
    """An SVG of the lines; those that are too long go on below."""
    rows = [Line(line.seconds, part) for line in lines for part in _wrapped(line.text)]
    height = 2 * MARGIN + LINE_HEIGHT * len(rows)
    width = 2 * MARGIN + round(CHARACTER_WIDTH * WIDEST)
    texts = "\n".join(_row(number, row) for number, row in enumerate(rows))
    return (
        f"<!--\n{header('')}-->\n"
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img"><title>A fleet command in a terminal</title><style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>\n{texts}\n</svg>\n'
    )


def _row(number: int, row: Line) -> str:
    baseline = MARGIN + LINE_HEIGHT * number + SIZE
    spans = "".join(_span(color, text) for color, text in _colored(row.text))
    delay = f' style="animation-delay:{row.seconds:.2f}s"'
    return f'<text x="{MARGIN}" y="{baseline}" xml:space="preserve"{delay}>{spans}</text>'


def _span(color: str, text: str) -> str:
    return f'<tspan fill="{color}">{escape(text)}</tspan>' if color else escape(text)


def _colored(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a line with their colors; "" is the usual one."""
    color = ""
    for number, part in enumerate(_COLOR.split(text)):
        if number % 2:
            color = next((COLORS[code] for code in part.split(";") if code in COLORS), "")
        elif part:
            yield color, part


def _wrapped(text: str) -> list[str]:
    """A line as rows that are not too wide; a long one has one color at most, which goes on."""
    plain = _COLOR.sub("", text)
    if len(plain) <= WIDEST:
        return [text]
    begin = "".join(match[0] for match in list(_COLOR.finditer(text))[:1])
    return [begin + plain[start : start + WIDEST] for start in range(0, len(plain), WIDEST)]
