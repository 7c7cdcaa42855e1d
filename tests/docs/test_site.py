# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation as `make docs` built it, in a browser: each page fits a phone and can be read in dark and light."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from tests.support.browser import CONTRASTS

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, ViewportSize

SITE: t.Final = Path(__file__).resolve().parents[2] / "build" / "docs" / "html"
PAGES: t.Final = sorted(str(path.relative_to(SITE)) for path in SITE.rglob("*.html"))
PHONE: t.Final[ViewportSize] = {"width": 390, "height": 844}
SCREEN: t.Final[ViewportSize] = {"width": 1280, "height": 800}
SCHEMES: t.Final[tuple[t.Literal["light", "dark"], ...]] = ("light", "dark")
TIMEOUT_MS: t.Final = 10_000

# The elements that are wider than their place, so that they or the page scroll sideways; code may.
TOO_WIDE: t.Final = """() => {
    const root = document.documentElement;
    const elements = [root, ...document.querySelectorAll("article, article *:not(pre):not(pre *):not(.highlight)")];
    const scrolls = (element) => element === root || getComputedStyle(element).overflowX !== "visible";
    const over = (element) => element.scrollWidth - element.clientWidth;
    const found = elements.filter((element) => scrolls(element) && over(element) > 1);
    return found.map((element) => [over(element), element.outerHTML.slice(0, 90)]);
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page of the browser; its requests and errors are read by the tests."""
    context = browser.new_context(viewport=SCREEN)
    context.set_default_timeout(TIMEOUT_MS)
    yield context.new_page()
    context.close()


def test_every_guide_is_built() -> None:
    guides = {path.stem for path in (SITE.parents[2] / "docs" / "docsite" / "rst").glob("*.rst")}
    assert guides == {Path(name).stem for name in PAGES if name.startswith("docsite/")}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_and_can_be_read(page: Page, name: str) -> None:
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((SITE / name).as_uri())
    for size in (PHONE, SCREEN):
        page.set_viewport_size(size)
        assert page.evaluate(TOO_WIDE) == [], size
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        contrasts = page.evaluate(CONTRASTS)
        assert len(contrasts) > 10
        assert [entry for entry in contrasts if entry[0] < 4.5] == [], scheme
    assert [url for url in asked if not url.startswith(SITE.as_uri())] == []
    assert errors == []


KINDS: t.Final = ("_module.html", "_filter.html", "_inventory.html")
PLUGIN_PAGES: t.Final = [name for name in PAGES if name.endswith(KINDS) and "/" not in name]
INSTALL: t.Final = "ansible-galaxy collection install git+https://github.com/ssmops/run_command.git"


@pytest.mark.parametrize("name", PLUGIN_PAGES)
def test_a_page_says_what_is_needed_and_how_to_install_it(name: str) -> None:
    text = (SITE / name).read_text(encoding="utf-8")
    assert re.findall(r"python &gt;= ([0-9.]+)", text) == ["3.11"]
    assert INSTALL in re.sub("<[^>]+>", "", text)


def test_the_first_page_begins_with_who_wants_what(page: Page) -> None:
    page.goto((SITE / "index.html").as_uri())
    assert page.locator("h1").inner_text().startswith("ssmops.run_command")
    titles = [title.removesuffix("¶") for title in page.locator("h2").all_inner_texts()]
    assert titles[:2] == ["On call", "Platform team"]


def test_a_phone_asks_for_the_lists_and_the_theme(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto((SITE / "send_command_module.html").as_uri())
    link = page.locator(".sidebar-tree a", has_text="cancel_command module")
    page.locator("header.mobile-header label.nav-overlay-icon").click()
    link.click()
    assert page.url.endswith("cancel_command_module.html")


def test_search_finds_a_module(page: Page) -> None:
    page.goto((SITE / "search.html").as_uri() + "?q=cancel_command")
    page.locator("#search-results li a").first.wait_for()
    assert "cancel_command" in " ".join(page.locator("#search-results li").all_inner_texts())
