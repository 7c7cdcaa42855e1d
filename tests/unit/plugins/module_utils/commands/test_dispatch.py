# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a failed call means for its command."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import typing as t

import boto3
import botocore.config
import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.commands.dispatch import (
    SendFailure,
    send_failure_of,
)
from botocore import exceptions, parsers

from .fake_ssm import client_error

URL = {"endpoint_url": "http://127.0.0.1"}
CLOSED = exceptions.ConnectionClosedError(**URL)
LATE = exceptions.ReadTimeoutError(**URL)
CUT = parsers.ResponseParserError("cut")


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (client_error("ThrottlingException"), SendFailure.NOT_SENT),
        (client_error("Throttling"), SendFailure.NOT_SENT),
        (exceptions.EndpointConnectionError(**URL), SendFailure.NOT_SENT),
        (exceptions.ConnectTimeoutError(**URL), SendFailure.NOT_SENT),
        (client_error("InternalServerError", status=500), SendFailure.UNKNOWN),
        (client_error("503", status=503), SendFailure.UNKNOWN),
        (CLOSED, SendFailure.UNKNOWN),
        (LATE, SendFailure.LIKELY_ACCEPTED),
        (CUT, SendFailure.LIKELY_ACCEPTED),
        (KeyError("Command"), SendFailure.LIKELY_ACCEPTED),
        (client_error("AccessDeniedException"), SendFailure.REJECTED),
        (client_error("ExpiredTokenException"), SendFailure.REJECTED),
        (exceptions.SSLError(**URL, error=ssl.SSLCertVerificationError("expired")), SendFailure.REJECTED),
        (exceptions.SSLError(**URL, error=ssl.SSLEOFError("in violation of protocol")), SendFailure.UNKNOWN),
        (exceptions.NoCredentialsError(), SendFailure.REJECTED),
        (exceptions.ParamValidationError(report="bad"), SendFailure.REJECTED),
    ],
)
def test_fate(error: Exception, fate: SendFailure) -> None:
    assert send_failure_of(error) is fate


class Listener:
    """A server on loopback that reads the beginning of each request, writes an answer, and closes the connection."""

    def __init__(self, answer: bytes) -> None:
        self.received: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = self._socket.accept()
                with connection:
                    self.received.append(connection.recv(65_536))
                    connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(10)


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def failure_of_a_call(endpoint: str, proxy: str | None = None) -> tuple[SendFailure, Exception]:
    """What botocore raises for a real SendCommand."""
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    config = botocore.config.Config(
        retries={"total_max_attempts": 1}, proxies=proxies, read_timeout=5, connect_timeout=5
    )
    keys: t.Any = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    client = boto3.Session(**keys).client("ssm", "us-east-1", endpoint_url=endpoint, config=config)
    with pytest.raises((exceptions.BotoCoreError, KeyError)) as raised:
        client.send_command(DocumentName="AWS-RunShellScript", InstanceIds=["i-0123456789abcdef0"])["Command"]
    return send_failure_of(raised.value), raised.value


NO_ANSWER, NO_TUNNEL = b"", b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
TUNNEL = b"HTTP/1.1 200 Connection established\r\n\r\n"


@pytest.mark.parametrize("proxied", [False, True])
def test_a_connection_that_is_refused_was_not_used(proxied: bool) -> None:
    failure, error = failure_of_a_call(
        "http://ssm.example" if proxied else free_address(), free_address() if proxied else None
    )
    assert failure is SendFailure.NOT_SENT, repr(error)


@pytest.mark.parametrize(
    ("endpoint", "answer", "failure"),
    [
        ("http://ssm.example", NO_ANSWER, SendFailure.UNKNOWN),
        ("http://ssm.example", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", SendFailure.LIKELY_ACCEPTED),
        ("https://ssm.example", NO_TUNNEL, SendFailure.REJECTED),
        ("https://ssm.example", TUNNEL, SendFailure.UNKNOWN),
    ],
)
def test_what_happened_behind_a_proxy_is_not_known(endpoint: str, answer: bytes, failure: SendFailure) -> None:
    proxy = Listener(answer)
    try:
        found, error = failure_of_a_call(endpoint, proxy.url)
    finally:
        proxy.close()
    assert proxy.received
    assert found is failure, repr(error)
