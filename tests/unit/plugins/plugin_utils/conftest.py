# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of controller-side code share."""

from __future__ import annotations

import pytest
from ansible.utils.display import Display


class Shown:
    """What was displayed instead of being displayed."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.warnings: list[str] = []

    def display(self, text: str, color: str | None = None) -> None:
        self.lines.append(text)

    def warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Takes the place of Ansible's display."""
    taker = Shown()
    monkeypatch.setattr(Display, "display", lambda _display, text, color=None, **_more: taker.display(text, color))
    monkeypatch.setattr(Display, "warning", lambda _display, text, *_args, **_more: taker.warning(text))
    return taker
