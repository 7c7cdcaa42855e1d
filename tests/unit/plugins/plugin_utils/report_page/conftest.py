# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pages of reports in a headless Chromium."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.ssmops.run_command.plugins.filter.command_report import command_report

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

# Milliseconds that anything in the page may take on a busy machine.
TIMEOUT_MS = 10_000


class Visit(t.NamedTuple):
    """A page that was opened, every address it asked for, and what went wrong in it."""

    page: Page
    requests: list[str]
    errors: list[str]


@pytest.fixture
def visit(browser: Browser, tmp_path: pathlib.Path) -> Iterator[Callable[..., Visit]]:
    """Opens the report of a result, compared with one before; the options are those of a browser context."""
    opened = []

    def visit_page(result: t.Any, before: t.Any = None, **options: t.Any) -> Visit:
        file = tmp_path / "report.html"
        file.write_text(command_report(result, before=before), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1400, "height": 900}, **options})
        context.set_default_timeout(TIMEOUT_MS)
        opened.append(context)
        visited = Visit(context.new_page(), [], [])
        visited.page.on("request", lambda request: visited.requests.append(request.url))
        visited.page.on("pageerror", lambda error: visited.errors.append(str(error)))
        visited.page.on("console", lambda message: visited.errors.append(message.text))
        visited.page.on("dialog", lambda dialog: visited.errors.append(f"dialog: {dialog.message}"))
        visited.page.goto(file.as_uri())
        return visited

    yield visit_page
    for context in opened:
        context.close()
