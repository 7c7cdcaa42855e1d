# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: what a request asks for, and how an answer or an error is written (AWS JSON 1.1)."""

from __future__ import annotations

import json
import re
import typing as t
import urllib.parse
import uuid

from .errors import ApiError

DEFAULT_REGION = "us-east-1"
JSON_TYPE = "application/x-amz-json-1.1"
_CREDENTIAL = re.compile(r"(?:Credential=)?([^/,\s=]+)/\d+/([^/]+)/([^/]+)/aws4_request")

Environ = dict[str, t.Any]
Json = dict[str, t.Any]


class Call(t.NamedTuple):
    """Who asks for what, as far as headers, address and form tell; "" where they do not say."""

    service: str
    operation: str
    region: str
    access_key_id: str


class Answer(t.NamedTuple):
    """A whole HTTP answer."""

    status: int
    content_type: str
    body: bytes


def read_body(environ: Environ) -> bytes:
    """The request's body, all of it."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return t.cast("bytes", environ["wsgi.input"].read(length)) if length else b""


def parse_call(environ: Environ, body: bytes) -> Call:
    """Service, operation, region and access key of a request."""
    query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    scope = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", "")) or _CREDENTIAL.search(
        query.get("X-Amz-Credential", "")
    )
    access_key_id, region, service = scope.groups() if scope else ("", DEFAULT_REGION, "")
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        operation = target.rsplit(".", 1)[-1]
    elif service == "s3":
        operation = s3_operation(environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/"), query)
    else:
        operation = parse_form(body).get("Action", [query.get("Action", "")])[0]
    return Call(service, operation, region, access_key_id)


def parse_form(body: bytes) -> dict[str, list[str]]:
    """Fields of a query-protocol body; {} for a body that is no form."""
    if b"Action=" not in body:
        return {}
    return urllib.parse.parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)


def s3_place(path: str) -> dict[str, str]:
    """The bucket and the key that an address names, as S3's API calls them."""
    bucket, _separator, key = path.removeprefix("/").partition("/")
    return {name: value for name, value in (("Bucket", bucket), ("Key", key)) if value}


def s3_operation(method: str, path: str, query: t.Mapping[str, str]) -> str:
    """The S3 operation of a method and an address, exact for plain buckets and objects, near enough for the rest."""
    place = s3_place(path)
    if "Bucket" not in place:
        return "ListBuckets"
    verb = {"GET": "Get", "HEAD": "Head", "PUT": "Put", "POST": "Post", "DELETE": "Delete"}.get(method, method.title())
    aspects = sorted(name for name in query if name not in {"prefix", "list-type", "delimiter", "max-keys", "x-id"})
    aspect = "".join(word.title() for word in aspects[0].split("-")) if aspects else ""
    if "Key" in place:
        return f"{verb}Object{aspect}"
    if aspect and aspect not in {"ContinuationToken", "EncodingType", "StartAfter"}:
        return f"{verb}Bucket{aspect}"
    return {"Get": "ListObjectsV2", "Put": "CreateBucket"}.get(verb, f"{verb}Bucket")


def parse_json(body: bytes) -> Json:
    """The JSON object of a body; SerializationException when it is none."""
    try:
        value = json.loads(body or b"{}")
    except ValueError as error:
        raise ApiError("SerializationException", f"The request body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ApiError("SerializationException", "The request body is not a JSON object")
    return value


def json_answer(value: object) -> Answer:
    """A good answer."""
    return Answer(200, JSON_TYPE, json.dumps(value, separators=(",", ":")).encode())


def error_answer(error: ApiError, *, as_xml: bool = False) -> Answer:
    """An error as the protocol of the service writes it: XML for the query services and S3, JSON else."""
    if as_xml:
        return Answer(error.status, "text/xml", _error_xml(error))
    body = json.dumps({"__type": error.code, "message": error.message, "Message": error.message}).encode()
    return Answer(error.status, JSON_TYPE, body)


def _error_xml(error: ApiError) -> bytes:
    message = error.message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    fields = f"<Type>Sender</Type><Code>{error.code}</Code><Message>{message}</Message>"
    return f"<ErrorResponse><Error>{fields}</Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>".encode()
