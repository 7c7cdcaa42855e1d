# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures made by botocore, verified as they are and with one thing changed."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import unquote, urlsplit

import pytest
from botocore.auth import HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from local_aws.wire import signatures
from local_aws.wire.errors import ApiError
from local_aws.wire.messages import Request
from local_aws.wire.refusals import Reason, Refusal

if t.TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "a-secret-of-the-sandbox"
KEYS = Credentials("AKIAQQQQQQQQQQQQQQQQ", SECRET)
SESSION = Credentials("ASIAQQQQQQQQQQQQQQQQ", SECRET, "session-token")
BODY = b'{"DocumentName": "AWS-RunShellScript"}'
TARGET = "AmazonSSM.SendCommand"
Signer = t.Callable[[Credentials], t.Any]

HEADER: Signer = lambda keys: SigV4Auth(keys, "ssm", "us-east-1")  # noqa: E731
S3_HEADER: Signer = lambda keys: S3SigV4Auth(keys, "s3", "us-east-1")  # noqa: E731
QUERY: Signer = lambda keys: SigV4QueryAuth(keys, "sts", "us-east-1", 60)  # noqa: E731
S3_QUERY: Signer = lambda keys: S3SigV4QueryAuth(keys, "s3", "us-east-1", 60)  # noqa: E731
LEGACY: Signer = lambda keys: HmacV1QueryAuth(keys, 60)  # noqa: E731

S3_URL = "http://127.0.0.1:4566/bucket/a%20b/%C3%BC%3Fx%252F%2B~?partNumber=1&uploadId=a%2Fb"
KINDS: t.Final[dict[str, tuple[Signer, str, str, bytes]]] = {
    "header": (HEADER, "POST", "http://127.0.0.1:4566/", BODY),
    "header of a path": (HEADER, "GET", "http://127.0.0.1:4566/a%20b/c%2Fd?z=1&a=%20", b""),
    "header of S3": (S3_HEADER, "PUT", S3_URL, BODY),
    "query": (QUERY, "GET", "http://127.0.0.1:4566/?Action=GetCallerIdentity&Version=2011-06-15", b""),
    "query of S3": (S3_QUERY, "PUT", S3_URL, BODY),
    "query of S3, version 2": (LEGACY, "GET", S3_URL, b""),
}


def sign(kind: str, keys: Credentials = KEYS) -> Request:
    """A request as a server gets it."""
    signer, method, url, body = KINDS[kind]
    made = AWSRequest(method, url, headers={"X-Amz-Target": TARGET} if kind == "header" else {}, data=body)
    signer(keys).add_auth(made)
    prepared = made.prepare()
    address = urlsplit(prepared.url)
    headers = {
        name.lower(): value if isinstance(value, str) else value.decode() for name, value in prepared.headers.items()
    }
    return Request(
        method=method,
        target=f"{address.path}?{address.query}" if address.query else address.path,
        path=unquote(address.path),
        query=address.query,
        headers={**headers, "host": address.netloc},
        body=body,
    )


def now() -> float:
    return time.time()


def verify(request: Request, moment: float | None = None, secret: str = SECRET) -> None:
    signature = signatures.read(request)
    assert signature is not None
    signature.verify(secret, now() if moment is None else moment)


def reason(request: Request, moment: float | None = None, secret: str = SECRET) -> Reason:
    with pytest.raises(Refusal) as refused:
        verify(request, moment, secret)
    return refused.value.reason


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("keys", [KEYS, SESSION], ids=["lasting", "temporary"])
def test_what_botocore_signs_is_let_in(kind: str, keys: Credentials) -> None:
    request = sign(kind, keys)
    verify(request)
    signature = signatures.read(request)
    assert signature is not None
    assert signature.credential.access_key_id == keys.access_key
    assert signature.token == (keys.token or "")


@pytest.mark.parametrize("kind", KINDS)
def test_another_secret_is_not(kind: str) -> None:
    assert reason(sign(kind), secret="another") is Reason.WRONG_SIGNATURE


CHANGES: t.Final[dict[str, Callable[[Request], Request]]] = {
    "method": lambda one: one._replace(method="DELETE"),
    "path": lambda one: one._replace(target=one.target.replace("/", "/x", 1), path=f"/x{one.path[1:]}"),
    "query": lambda one: with_query(one, "&uploads" if "AWSAccessKeyId" in one.query else "&more=1"),
    "host": lambda one: one._replace(headers={**one.headers, "host": "127.0.0.1:1"}),
    "body": lambda one: one._replace(body=one.body + b" "),
    "target": lambda one: one._replace(headers={**one.headers, "x-amz-target": "AmazonSSM.CancelCommand"}),
}


def with_query(request: Request, more: str) -> Request:
    mark = "" if request.query else "?"
    return request._replace(target=f"{request.target}{mark}{more}", query=f"{request.query}{more}")


# What a presigned address of S3 does not sign: the body in version 4, and the host too in version 2.
FREE: t.Final = {
    ("query of S3", "body"),
    ("query of S3, version 2", "body"),
    ("query of S3, version 2", "host"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
def test_one_thing_changed_is_refused(kind: str, change: str) -> None:
    changed = CHANGES[change](sign(kind))
    if (kind, change) in FREE:
        verify(changed)
    else:
        assert reason(changed) in {Reason.WRONG_SIGNATURE, Reason.WRONG_PAYLOAD, Reason.OUTSIDE_POLICY}


@pytest.mark.parametrize(
    ("kind", "seconds", "expected"),
    [
        ("header", 299, None),
        ("header", 302, Reason.TOO_OLD),
        ("header", -302, Reason.TOO_OLD),
        ("header of S3", 899, None),
        ("header of S3", 902, Reason.TOO_OLD),
        ("query", 59, None),
        ("query", 62, Reason.EXPIRED_URL),
        ("query of S3", 62, Reason.EXPIRED_URL),
        ("query of S3", -902, Reason.TOO_OLD),
        ("query of S3, version 2", 59, None),
        ("query of S3, version 2", 62, Reason.EXPIRED_URL),
    ],
)
def test_a_signature_is_good_for_a_while(kind: str, seconds: float, expected: Reason | None) -> None:
    request = sign(kind)
    if expected is None:
        verify(request, now() + seconds)
    else:
        assert reason(request, now() + seconds) is expected


def test_headers_of_aws_must_be_signed() -> None:
    request = sign("header of S3")
    added = request._replace(headers={**request.headers, "x-amz-acl": "public-read"})
    assert reason(added) is Reason.OUTSIDE_POLICY


def test_the_host_must_be_signed() -> None:
    request = sign("header")
    header = request.headers["authorization"].replace("SignedHeaders=host;", "SignedHeaders=")
    assert reason(request._replace(headers={**request.headers, "authorization": header})) is Reason.WRONG_SIGNATURE


@pytest.mark.parametrize("more", ["&legal-hold", "&retention=", "&anything=1"])
def test_version_2_covers_no_other_parameters(more: str) -> None:
    assert reason(with_query(sign("query of S3, version 2"), more)) is Reason.OUTSIDE_POLICY


@pytest.mark.parametrize(
    "date",
    [
        "",
        "yesterday",
        "Mon, 01 Jan 99999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -0500",
        "Fri, 99999999999999999999 Dec 2020 00:00:00 GMT",
    ],
)
def test_a_date_that_is_none(date: str) -> None:
    request = sign("header")
    headers = {name: value for name, value in request.headers.items() if name != "x-amz-date"}
    assert reason(request._replace(headers={**headers, "date": date})) is Reason.MALFORMED


@pytest.mark.parametrize(
    "header",
    [
        "Basic dXNlcjpwYXNzd29yZA==",
        "AWS AKIAQQQQQQQQQQQQQQQQ:c2lnbmF0dXJl",
        "AWS4-HMAC-SHA256 Credential=x",
        "AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=y",
        "AWS4-HMAC-SHA256 Credential=A/20260101/r/s/aws4, SignedHeaders=host, Signature=y",
    ],
)
def test_what_is_no_signature_is_refused(header: str) -> None:
    request = sign("header")._replace(headers={"authorization": header, "host": "127.0.0.1:4566"})
    assert reason(request) is Reason.MALFORMED


def test_two_signatures_are_refused() -> None:
    presigned, signed = sign("query of S3"), sign("header of S3")
    assert reason(presigned._replace(headers={**presigned.headers, **signed.headers})) is Reason.MALFORMED


def test_a_parameter_of_the_signature_stands_once() -> None:
    request = with_query(sign("query"), "&X-Amz-Expires=9")
    assert reason(request) is Reason.MALFORMED


@pytest.mark.parametrize("algorithm", ["AWS4-ECDSA-P256-SHA256", "AWS4-HMAC-SHA512"])
def test_signatures_that_cannot_be_verified_say_so(algorithm: str) -> None:
    request = sign("header")
    header = request.headers["authorization"].replace("AWS4-HMAC-SHA256", algorithm)
    with pytest.raises(ApiError, match="NotImplemented") as refused:
        signatures.read(request._replace(headers={**request.headers, "authorization": header}))
    assert refused.value.status == 501


@given(st.text(max_size=200))
def test_any_header_is_read_or_refused(text: str) -> None:
    request = Request("GET", "/", "/", "", {"authorization": text, "host": "x"}, b"")
    try:
        signature = signatures.read(request)
        if signature is not None:
            signature.verify(SECRET, 0.0)
    except (Refusal, ApiError):
        return
    assert text == ""
