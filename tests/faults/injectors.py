# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two ways to make calls go wrong: the sandbox's own controls, and microburst as a proxy in front of it."""

from __future__ import annotations

import json
import os
import pathlib
import socket
import subprocess
import time
import typing as t
import urllib.error
import urllib.request

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

Json = dict[str, t.Any]
EVERY = "*"


class Injector(t.Protocol):
    """Makes calls of an operation ("*": of all) go wrong."""

    def throttle(self, operation: str, probability: float) -> None:
        """Refuse that share of the calls."""

    def server_error(self, operation: str) -> None:
        """Answer one call with a 500, without acting on it."""

    def cut(self, operation: str) -> None:
        """End the connection of one call, without acting on it."""

    def cut_after(self, operation: str) -> None:
        """Act on one call and end its connection with no answer."""

    def truncate(self, operation: str) -> None:
        """Act on one call and send half of the answer."""

    def slow(self, operation: str, seconds: float) -> None:
        """Let one call be acted on, and its answer come only after these seconds."""

    def expire_token(self, seconds: float) -> None:
        """Refuse every call as expired, from seconds from now on."""

    def clear(self) -> None:
        """Let everything go well again."""


class SandboxInjector:
    """Faults by the sandbox itself."""

    def __init__(self, sandbox: LocalSandbox) -> None:
        self._sandbox = sandbox

    def _set(self, operation: str, kind: str, **more: t.Any) -> None:
        fault = {"operation": operation, "kind": kind, "times": 1, **more}
        self._sandbox.control("POST", "config", {"faults": [fault], "seed": 7})

    def throttle(self, operation: str, probability: float) -> None:
        self._set(operation, "throttle", times=None, probability=probability)

    def server_error(self, operation: str) -> None:
        self._set(operation, "server_error")

    def cut(self, operation: str) -> None:
        self._set(operation, "cut")

    def cut_after(self, operation: str) -> None:
        self._set(operation, "cut_after")

    def truncate(self, operation: str) -> None:
        self._set(operation, "truncate")

    def slow(self, operation: str, seconds: float) -> None:
        self._set(operation, "slow", seconds=seconds)

    def expire_token(self, seconds: float) -> None:
        self._set(EVERY, "expired_token", times=None, delay=seconds)

    def clear(self) -> None:
        self._sandbox.control("DELETE", "config")


class MicroburstInjector:
    """Faults by a proxy that nobody here wrote."""

    def __init__(self, url: str) -> None:
        self._url = url

    def _replace_rules(self, rules: list[Json]) -> None:
        address = f"{self._url}/_microburst/rules"
        request = urllib.request.Request(address, data=json.dumps(rules).encode(), method="POST")  # noqa: S310
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            answer.read()

    def _set(self, operation: str, **rule: t.Any) -> None:
        chosen = {} if operation == EVERY else {"operation": operation}
        self._replace_rules([{"service": EVERY, **chosen, **rule}])

    def throttle(self, operation: str, probability: float) -> None:
        error = {"code": "ThrottlingException", "status": 400, "message": "Rate exceeded"}
        self._set(operation, probability=probability, error=error)

    def server_error(self, operation: str) -> None:
        self._set(operation, times=1, error={"code": "InternalServerError", "status": 500})

    def cut(self, operation: str) -> None:
        self._set(operation, times=1, reset=True)

    def cut_after(self, operation: str) -> None:
        self._set(operation, times=1, response={"abort_bytes": 0})

    def truncate(self, operation: str) -> None:
        self._set(operation, times=1, response={"truncate_frac": 0.5})

    def slow(self, operation: str, seconds: float) -> None:
        self._set(operation, times=1, latency=int(seconds * 1000))

    def expire_token(self, seconds: float) -> None:
        self._set(EVERY, active_at=time.time() + seconds, error={"code": "ExpiredTokenException", "status": 400})

    def clear(self) -> None:
        self._replace_rules([])


class Microburst:
    """A microburst process in front of a sandbox."""

    def __init__(self, program: pathlib.Path, sandbox: LocalSandbox, log: pathlib.Path) -> None:
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(program), "--upstream", sandbox.url, "--port", str(port), "--host", "127.0.0.1", "--resign"],
                # It forwards to another host than the one that clients sign for.
                env={**os.environ, **sandbox.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._wait(log)

    def _wait(self, log: pathlib.Path) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/_microburst/health", timeout=5).close()  # noqa: S310
            except urllib.error.URLError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        raise RuntimeError(f"microburst did not start: {log.read_text()}")

    def stop(self) -> None:
        """Stop it by its pid."""
        self._process.terminate()
        self._process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
