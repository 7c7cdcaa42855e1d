# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page is one file that loads nothing and runs only its own script."""

from __future__ import annotations

import html.parser
import json
import re

import pytest
from ansible_collections.ssmops.run_command.plugins.filter.command_report import SOURCES, read_sources
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page import content_hash, render_page
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.page_data import PageOptions, page_data
from ansible_collections.ssmops.run_command.plugins.module_utils.reports.runs import parse_runs
from ansible_collections.ssmops.run_command.plugins.module_utils.task.readable_text import readable_line

from .samples import NOW, command, invocation

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "-->]]></style>",
    "\u2028\u2029\0\x1b[31m",
    "<img src=x onerror=alert(1)>",
    "$title $data ${script} {{ 7*7 }} {% raw %}",
    "\"';\\",
]


class Elements(html.parser.HTMLParser):
    """Start tags with their attributes, and the text in each script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": [], "title": []}
        self._current: str | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._current = tag if tag in self.inside else None
        if self._current:
            self.inside[tag].append("")

    def handle_data(self, data: str) -> None:
        if self._current:
            self.inside[self._current][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._current = None


def rendered(texts: list[str], title: str = "") -> str:
    nodes = [invocation(n, "failed", stdout=text, stderr=text, instance_name=text) for n, text in enumerate(texts)]
    runs = parse_runs([command(nodes, comment=" ".join(texts), document_name=texts[0])])
    return render_page(page_data(runs, PageOptions(NOW, title)), read_sources(SOURCES))


def test_hostile_output_stays_data() -> None:
    plain, hostile = Elements(rendered(["ok"])), Elements(rendered(HOSTILE, title="".join(HOSTILE)))
    assert [tag for tag, _attributes in hostile.tags] == [tag for tag, _attributes in plain.tags]
    data, script = hostile.inside["script"]
    assert script == plain.inside["script"][1]
    assert set(HOSTILE) <= set(json.loads(data)["texts"])


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_stays_text(title: str) -> None:
    elements = Elements(rendered(["ok"], title=title))
    assert elements.inside["title"] == [readable_line(title)]
    assert [tag for tag, _attributes in elements.tags].count("script") == 2


def test_nothing_is_loaded() -> None:
    elements = Elements(rendered(["ok"]))
    addresses = [
        value
        for _tag, attributes in elements.tags
        for name, value in attributes.items()
        if name in {"src", "href", "srcset", "action", "data"}
    ]
    assert addresses == ["data:,", "#results"]
    (style,) = elements.inside["style"]
    assert not re.search(r"url\(|@import|@font-face", style)
    assert "fetch(" not in elements.inside["script"][1]


def test_the_policy_allows_this_script_and_this_style_only() -> None:
    elements = Elements(rendered(HOSTILE))
    policy = next(
        attributes["content"]
        for _tag, attributes in elements.tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy == (
        f"default-src 'none'; script-src '{content_hash(elements.inside['script'][1])}'; "
        f"style-src '{content_hash(elements.inside['style'][0])}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def test_the_sources_do_not_end_their_own_elements() -> None:
    sources = read_sources(SOURCES)
    assert "</" not in sources.style
    assert not re.search(r"</script|<!--", sources.script, re.IGNORECASE)


def test_nothing_is_made_of_markup() -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(", read_sources(SOURCES).script
    )


def test_the_page_can_be_written_as_utf_8() -> None:
    assert rendered(["\ud800", "\udcff"], title="\ud800").encode()
