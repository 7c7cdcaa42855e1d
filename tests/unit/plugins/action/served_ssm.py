# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A fake SSM on loopback, so that a real ansible-playbook can be stopped while its task waits or sends."""

from __future__ import annotations

import contextlib
import datetime
import http.server
import json
import re
import threading
import time
import typing as t

from botocore.exceptions import ClientError

from ..module_utils.commands.fake_ssm import Clock, FakeSSM, Node

if t.TYPE_CHECKING:
    from collections.abc import Iterator


class RealClock(Clock):
    """Seconds that pass by themselves."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def now(self) -> float:  # type: ignore[override]  # the clock that it stands for is set by hand
        return time.monotonic() - self._started


class Served:
    """An account whose nodes take so many seconds, served over HTTP; SendCommand answers after `send_delay` seconds."""

    def __init__(self, node_seconds: float, send_delay: float = 0.0) -> None:
        nodes = {f"i-{number:017x}": Node(seconds=node_seconds) for number in range(3)}
        self.ssm = FakeSSM(RealClock(), nodes)
        self.send_delay = send_delay
        self.url = ""

    def answer(self, operation: str, request: dict[str, t.Any]) -> tuple[int, dict[str, t.Any]]:
        """The status and the body of one answer."""
        method = getattr(self.ssm, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
        try:
            answer = method(**request)
        except ClientError as error:
            return 400, {"__type": error.response["Error"]["Code"], "message": ""}
        if operation == "SendCommand":
            time.sleep(self.send_delay)
        return 200, answer


def _seconds_since_1970(value: object) -> float:
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    raise TypeError(f"{value!r} is not of the API")


@contextlib.contextmanager
def serving(served: Served) -> Iterator[Served]:
    """Serve it for the length of a block."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            status, answer = served.answer(self.headers["X-Amz-Target"].rsplit(".", 1)[1], request)
            body = json.dumps(answer, default=_seconds_since_1970).encode()
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
