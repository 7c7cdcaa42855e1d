# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real web page against the sandbox."""

from __future__ import annotations

import http.server
import threading
import typing as t

import pytest

from .test_sockets import DECLARE, QUERY, SEND

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.support.local_sandbox import LocalSandbox

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("untouched")]

# Every request that a page may send without being asked first, and two that are asked about.
ATTEMPTS: t.Final = """
async ([url, declare, send, query]) => {
  const tries = {
    "node": [`${url}/sandbox/nodes`, {method: "POST", body: declare, mode: "no-cors"}],
    "command": [`${url}/?Action=SendCommand&${query}`, {method: "POST", body: send, mode: "no-cors"}],
    "keys": [`${url}/moto-api/data.json`, {}],
    "reset": [`${url}/moto-api/reset`, {method: "POST", mode: "no-cors"}],
    "health": [`${url}/sandbox/health`, {}],
    "target": [`${url}/`, {method: "POST", body: send, headers: {"X-Amz-Target": "AmazonSSM.SendCommand"}}],
    "token": [`${url}/sandbox/nodes`, {method: "POST", body: declare, headers: {"X-Sandbox-Token": "x"}}],
    "object": [`${url}/bucket/key`, {method: "PUT", body: "x"}],
  };
  const seen = {};
  for (const [name, [address, options]] of Object.entries(tries)) {
    try {
      const answer = await fetch(address, options);
      seen[name] = `${answer.type} ${await answer.text()}`;
    } catch (error) {
      seen[name] = `${error}`;
    }
  }
  return seen;
}
"""


class Page(http.server.BaseHTTPRequestHandler):
    """A page of somebody else's."""

    def do_GET(self) -> None:
        """Serve it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>page</title>")

    def log_message(self, *_arguments: t.Any) -> None:
        """Say nothing."""


@pytest.fixture(name="page_url")
def fixture_page_url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_a_page_does_nothing_and_reads_nothing(browser: Browser, sandbox: LocalSandbox, page_url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(page_url)
    seen = page.evaluate(ATTEMPTS, [sandbox.url, DECLARE, SEND, QUERY])
    assert set(seen) == {"node", "command", "keys", "reset", "health", "target", "token", "object"}
    # Opaque answers hide what they say even from the page; the others are not handed over at all.
    assert set(seen.values()) == {"opaque ", "TypeError: Failed to fetch"}
    context.close()


def test_a_form_of_a_page_does_nothing(browser: Browser, sandbox: LocalSandbox, page_url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(page_url)
    page.set_content(
        f"<form method=post enctype=text/plain action='{sandbox.url}/sandbox/nodes'>"
        f"<input name='{DECLARE[:-1]}, &quot;name&quot;: &quot;' value='&quot;}}'></form>"
    )
    page.evaluate("document.forms[0].submit()")
    page.wait_for_url(f"{sandbox.url}/**")
    assert "Origin is refused" in page.content()
    context.close()


def test_an_address_typed_into_the_browser_shows_no_key(browser: Browser, sandbox: LocalSandbox) -> None:
    context = browser.new_context()
    page = context.new_page()
    for path in ("/moto-api/data.json", "/moto-api/", "/sandbox/calls", "/?Action=ListUsers"):
        answer = page.goto(f"{sandbox.url}{path}")
        assert answer is not None
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]
    context.close()
