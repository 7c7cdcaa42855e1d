# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain sockets against the sandbox: what web pages and other users of the host could send."""

from __future__ import annotations

import json
import socket
import typing as t

import pytest

from .conftest import NODE

if t.TYPE_CHECKING:
    from tests.support.local_sandbox import LocalSandbox

pytestmark = pytest.mark.usefixtures("untouched")
SEND = json.dumps({"DocumentName": "AWS-RunShellScript", "InstanceIds": [NODE], "Parameters": {"commands": ["id"]}})
DECLARE = json.dumps({"instance_id": "mi-0123456789abcdef1"})
SCOPE = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAXXXXXXXXXXXXXXXX/20260101/us-east-1/ssm/aws4_request"
QUERY = f"{SCOPE}&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00"

UNKNOWN_KEY = (
    "AWS4-HMAC-SHA256 Credential=AKIAXXXXXXXXXXXXXXXX/20260101/us-east-1/ssm/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


class Answer(t.NamedTuple):
    """What a server has sent; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: str


def place(sandbox: LocalSandbox) -> str:
    return sandbox.url.removeprefix("http://")


def exchange(sandbox: LocalSandbox, line: str, headers: dict[str, str], body: str = "") -> Answer:
    """One request, and its answer."""
    host, port = place(sandbox).split(":")
    sent = {"Host": place(sandbox), "Connection": "close", "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value)
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(f"{line} HTTP/1.1\r\n{head}\r\n{body}".encode())
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    top, _blank, rest = received.decode("utf-8", errors="replace").partition("\r\n\r\n")
    first, *lines = top.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Answer(int(first.split()[1]), {name.lower(): value.strip() for name, _colon, value in pairs}, rest)


def test_health_is_all_that_anybody_may_ask(sandbox: LocalSandbox) -> None:
    assert exchange(sandbox, "GET /sandbox/health", {}).body == '{"status": "ok"}'


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "example.com:PORT",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.example.com:PORT",
        "",
        "[::1]",
        "127.0.0.1:PORT, 127.0.0.1:PORT",
    ],
)
@pytest.mark.parametrize(
    "line", ["GET /sandbox/health", "GET /sandbox/calls", "GET /moto-api/data.json", "POST /", "GET /bucket/key"]
)
def test_another_host_is_refused(sandbox: LocalSandbox, line: str, host: str) -> None:
    answer = exchange(sandbox, line, {"Host": host.replace("PORT", place(sandbox).split(":")[1])})
    assert answer.status == 403
    assert "Host must be one of" in answer.body


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_names_of_the_loopback_address_are_taken(sandbox: LocalSandbox, name: str) -> None:
    assert exchange(sandbox, "GET /sandbox/health", {"Host": f"{name}:{place(sandbox).split(':')[1]}"}).status == 200


@pytest.mark.parametrize("origin", ["https://example.com", "null", "http://127.0.0.1:3000", "file://"])
@pytest.mark.parametrize(
    "line", ["GET /sandbox/health", "POST /sandbox/nodes", "POST /moto-api/reset", "POST /", "PUT /bucket/key"]
)
def test_a_web_page_is_refused(sandbox: LocalSandbox, line: str, origin: str) -> None:
    answer = exchange(sandbox, line, {"Origin": origin, "Content-Type": "text/plain"}, DECLARE)
    assert answer.status == 403
    assert "header Origin is refused" in answer.body
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/sandbox/nodes", "/sandbox/health", "/moto-api/reset", "/bucket/key"])
def test_a_preflight_is_refused(sandbox: LocalSandbox, path: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, x-amz-target"}
    answer = exchange(sandbox, f"OPTIONS {path}", asked)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.startswith("access-control")]


CONTROLLED = [
    "GET /sandbox/calls",
    "GET /sandbox/executions",
    "POST /sandbox/config",
    "DELETE /sandbox/config",
    "POST /sandbox/nodes",
    "POST /sandbox/health",
    "GET /sandbox/nothing",
    "GET /moto-api/data.json",
    "POST /moto-api/reset",
    "GET /moto-api",
    "GET /%6doto-api/data.json",
    "GET /favicon.ico",
    "GET /latest/meta-data/iam/security-credentials/",
    "PUT /latest/api/token",
]


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize("line", CONTROLLED)
def test_control_needs_the_token(sandbox: LocalSandbox, line: str, token: str) -> None:
    answer = exchange(sandbox, line, {"X-Sandbox-Token": token}, DECLARE if line.startswith("POST") else "")
    assert answer.status == 403
    assert "control_token" in answer.body


@pytest.mark.parametrize(
    "line",
    [
        "GET //moto-api/data.json",
        "GET /./moto-api/data.json",
        "GET /x/../moto-api/data.json",
        "GET //sandbox/calls",
        "GET http://127.0.0.1/moto-api/data.json",
    ],
)
def test_no_other_way_leads_to_control(sandbox: LocalSandbox, line: str) -> None:
    answer = exchange(sandbox, line, {})
    assert 400 <= answer.status < 500
    assert "AKIA" not in answer.body


JSON = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AmazonSSM.SendCommand"}


@pytest.mark.parametrize(
    ("line", "headers", "status", "code"),
    [
        ("POST /", JSON, 400, "MissingAuthenticationTokenException"),
        (f"POST /?Action=SendCommand&{QUERY}", {}, 400, "UnrecognizedClientException"),
        (
            "POST /?Action=SendCommand&X-Amz-Credential=x/20260101/us-east-1/ssm/aws4_request",
            {},
            400,
            "IncompleteSignatureException",
        ),
        ("POST /?Action=SendCommand&X-Amz-Credential=x", {}, 400, "IncompleteSignature"),
        ("GET /?Action=ListUsers&Version=2010-05-08", {}, 403, "MissingAuthenticationToken"),
        ("GET /?Action=DescribeInstances", {}, 403, "MissingAuthenticationToken"),
        ("POST /", {"Content-Type": "application/x-www-form-urlencoded"}, 403, "MissingAuthenticationToken"),
        ("GET /", {}, 403, "AccessDenied"),
        ("GET /bucket/key", {}, 403, "AccessDenied"),
        ("GET /bucket/key#more", {}, 400, "InvalidURI"),
        ("GET /#?Action=GetCallerIdentity", {}, 400, "InvalidURI"),
        ("PUT /bucket/key", {}, 403, "AccessDenied"),
        (
            "GET /bucket/key?AWSAccessKeyId=AKIAXXXXXXXXXXXXXXXX&Signature=x&Expires=9999999999",
            {},
            403,
            "InvalidAccessKeyId",
        ),
        ("POST /", {**JSON, "Authorization": "Bearer token"}, 400, "IncompleteSignatureException"),
        (
            "POST /",
            {
                **JSON,
                "Authorization": UNKNOWN_KEY,
            },
            400,
            "UnrecognizedClientException",
        ),
        (
            "POST /service/GraniteServiceVersion20100801/operation/ListMetrics",
            {"smithy-protocol": "rpc-v2-cbor"},
            403,
            "MissingAuthenticationToken",
        ),
    ],
)
def test_nobody_without_a_signature(
    sandbox: LocalSandbox, line: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = exchange(sandbox, line, headers, SEND)
    assert answer.status == status
    assert code in answer.body


@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        (
            "POST /",
            {"Content-Type": "application/x-www-form-urlencoded"},
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15",
        ),
        ("GET /?Action=AssumeRoleWithSAML", {}, ""),
        ("POST /", {"X-Amz-Target": "AWSCognitoIdentityProviderService.SignUp"}, "{}"),
        ("POST /token", {}, "{}"),
        ("GET /federation/credentials?role_name=x&account_id=1", {}, ""),
    ],
)
def test_operations_that_are_not_signed_are_not_there(
    sandbox: LocalSandbox, line: str, headers: dict[str, str], body: str
) -> None:
    answer = exchange(sandbox, line, headers, body)
    assert answer.status == 501
    assert "NotImplemented" in answer.body


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "5",
        "{",
        '"text"',
        "[" * 50_000,
        '{"faults": [{"operation": "*", "kind": "slow", "seconds": "x"}]}',
        '{"nodes": [{"instance_id": 5}]}',
        '{"nodes": [{"instance_id": "mi-x/../../.."}]}',
        '{"nodes": [{"instance_id": "mi-0123456789abcdef2", "tags": 5}]}',
        '{"latency": {"*": NaN}}',
    ],
)
def test_bad_control_input_says_what_is_wrong_and_does_nothing(sandbox: LocalSandbox, body: str) -> None:
    token = {"X-Sandbox-Token": sandbox.control_token}
    answer = exchange(sandbox, "POST /sandbox/config", token, body)
    assert answer.status == 400
    assert json.loads(answer.body)["error"]
    assert sandbox.client("ssm").list_commands()["Commands"] == []


def test_an_error_of_any_length_is_written(sandbox: LocalSandbox) -> None:
    answer = exchange(sandbox, "GET /", {"Host": "x" * 20_000, "smithy-protocol": "rpc-v2-cbor"})
    assert answer.status == 403


def test_a_thousand_idle_clients_keep_nobody_out(sandbox: LocalSandbox) -> None:
    host, port = place(sandbox).split(":")
    ask = f"GET /sandbox/health HTTP/1.1\r\nHost: {place(sandbox)}\r\n\r\n".encode()
    clients = [socket.create_connection((host, int(port)), timeout=30) for _number in range(1_000)]
    try:
        for client in clients[:500]:
            client.sendall(ask)
        # The others begin a request and do not end it.
        for client in clients[500:]:
            client.sendall(ask[:20])
        assert all(client.recv(15) == b"HTTP/1.1 200 OK" for client in clients[:500])
        assert sandbox.client("ssm").list_commands()["Commands"] == []
    finally:
        for client in clients:
            client.close()
