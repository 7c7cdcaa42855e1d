# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of a report: one HTML file with its style, script and data. Pure."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import string
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page_data import embedded_json
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable_line

if t.TYPE_CHECKING:
    from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page_data import Data


@dataclasses.dataclass(frozen=True)
class PageSources:
    """The page with C($title), C($data), C($style), C($script) and their hashes as placeholders, and their content."""

    page: str
    style: str
    script: str


def render_page(data: Data, sources: PageSources) -> str:
    """The page as text that can be encoded as UTF-8.

    Its policy only lets the browser run and load what is in `sources`, whatever the nodes wrote.
    """
    return string.Template(sources.page).substitute(
        title=html.escape(readable_line(data["title"]).replace("\t", "[U+0009]")),
        data=embedded_json(data),
        style=sources.style,
        script=sources.script,
        style_hash=content_hash(sources.style),
        script_hash=content_hash(sources.script),
    )


def content_hash(source: str) -> str:
    """The hash of an element's text for a Content-Security-Policy, such as C(sha256-...)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
