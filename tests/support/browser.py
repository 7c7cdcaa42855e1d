# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A headless Chromium for tests of pages, and what they measure in it."""

from __future__ import annotations

import contextlib
import shutil
import typing as t

import pytest

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these it looks for updates and for its maker's hosts, which a closed network refuses, again and again.
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# The contrast of each text that is displayed, as WCAG defines it, and the element that has it.
CONTRASTS = """() => {
    const channels = (color) => {
        const numbers = color.match(/[0-9.]+/g).map(Number);
        return numbers.length > 3 ? numbers : [...numbers, 1];
    };
    const over = ([r, g, b, alpha], below) => [r, g, b].map((value, i) => value * alpha + below[i] * (1 - alpha));
    const light = (rgb) => {
        const [red, green, blue] = rgb.map((value) => {
            const share = value / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const known = new Map([[null, [255, 255, 255]]]);
    const behind = (element) => {
        if (!known.has(element)) {
            const color = channels(getComputedStyle(element).backgroundColor);
            known.set(element, over(color, behind(element.parentElement)));
        }
        return known.get(element);
    };
    const hasText = (element) => [...element.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    const isSeen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const texts = [...document.body.querySelectorAll("*:not(script):not(noscript):not(style)")].filter(hasText);
    return texts.filter(isSeen).map((element) => {
        const back = behind(element);
        const front = over(channels(getComputedStyle(element).color), back);
        const [more, less] = [light(front), light(back)].sort((a, b) => b - a);
        return [(more + 0.05) / (less + 0.05), element.outerHTML.slice(0, 80)];
    });
}"""


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium as the system has it.

    :raises FileNotFoundError: it is not installed.
    """
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        raise FileNotFoundError("no chromium, chromium-browser or google-chrome on the PATH")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium for a test, which is skipped without one."""
    pytest.importorskip("playwright.sync_api", reason="the Python package playwright is not installed")
    try:
        with chromium() as started:
            yield started
    except FileNotFoundError as error:
        pytest.skip(f"Chromium is not installed: {error}")
