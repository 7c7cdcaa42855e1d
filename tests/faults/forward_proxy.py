# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forward proxy on loopback that can lose answers, as a company's proxy does."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import threading
import typing as t
import urllib.parse

if t.TYPE_CHECKING:
    from collections.abc import Iterator

# Headers that belong to one connection (RFC 9110, section 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "upgrade"}


class ForwardProxy:
    """Forwards HTTP requests; the answers to the next `lose` calls of `operation` are dropped with the connection."""

    def __init__(self) -> None:
        self.operation = ""
        self.lose = 0
        self.forwarded: list[str] = []
        self._lock = threading.Lock()

    def takes(self, operation: str) -> bool:
        """Whether the answer to this call is to be lost."""
        with self._lock:
            self.forwarded.append(operation)
            if operation != self.operation or not self.lose:
                return False
            self.lose -= 1
            return True

    @contextlib.contextmanager
    def serving(self) -> Iterator[str]:
        """Its address, for the length of a block."""
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                status, headers, body = forwarded(self)
                if proxy.takes(self.headers.get("X-Amz-Target", "").rpartition(".")[2]):
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in headers:
                    if name.lower() not in HOP_BY_HOP | {"content-length"}:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - the name is the base class's
                """Say nothing."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join(10)


def forwarded(handler: http.server.BaseHTTPRequestHandler) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers and body of the answer to a request, whose address is that of a proxied one."""
    address = urllib.parse.urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
    headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP_BY_HOP}
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    with contextlib.closing(connection):
        connection.request(handler.command, address.path or "/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
