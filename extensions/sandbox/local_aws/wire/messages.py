# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire: what a request asks for, and how an answer is written (AWS JSON 1.1)."""

from __future__ import annotations

import json
import re
import typing as t
import urllib.parse

from .errors import ApiError

if t.TYPE_CHECKING:
    from .signatures import Credential

JSON_TYPE = "application/x-amz-json-1.1"
_SURROGATE: t.Final = re.compile(rb"\\u[dD][89a-fA-F]")
CBOR_PATH: t.Final = re.compile(r"/service/(\w+)/operation/(\w+)")
# Signing names by what the header X-Amz-Target begins with, for the services whose requests are read here.
SERVICE_OF_TARGET: t.Final[t.Mapping[str, str]] = {
    "AmazonSSM": "ssm",
    "Logs_20140328": "logs",
    "AWSEvents": "events",
    "AmazonSQS": "sqs",
    "TrentService": "kms",
    "GraniteServiceVersion20100801": "monitoring",
    "ResourceGroupsTaggingAPI_20170126": "tagging",
}
# Services that speak JSON and nothing else.
JSON_ONLY: t.Final = frozenset({"ssm", "logs", "events", "kms", "tagging"})
_MOST_FIELDS: t.Final = 10_000
_BEGINNING: t.Final = 4_096
FORM: t.Final = "application/x-www-form-urlencoded"
_JSON_MEDIA_TYPES: t.Final = frozenset({"application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json"})
_SERVICES_WITH_NAMED_OPERATIONS: t.Final = frozenset({*SERVICE_OF_TARGET.values(), "ec2", "iam", "sns", "sts"})

Environ = dict[str, t.Any]
Json = dict[str, t.Any]


class Request(t.NamedTuple):
    """An HTTP request: target as it came (path and query, encoded), path decoded, header names in lower case."""

    method: str
    target: str
    path: str
    query: str
    headers: t.Mapping[str, str]
    body: bytes


class Call(t.NamedTuple):
    """What a caller asks for: service is the signing name."""

    service: str
    operation: str
    region: str
    access_key_id: str


class Answer(t.NamedTuple):
    """A whole HTTP answer."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def read_head(environ: Environ) -> Request:
    """The request of a WSGI server, without its body; REQUEST_URI is what waitress got, undecoded."""
    target = environ["REQUEST_URI"]
    path, _mark, query = target.partition("?")
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name[:5] == "HTTP_"}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            headers[name.replace("_", "-").lower()] = environ[name]
    return Request(environ["REQUEST_METHOD"], target, urllib.parse.unquote(path), query, headers, b"")


def with_body(request: Request, environ: Environ) -> Request:
    """The same request with all of its body."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return request._replace(body=environ["wsgi.input"].read(length)) if length else request


def media_type(request: Request) -> str:
    """The media type of a body, in lower case and without parameters; "" when the request does not say."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_query_protocol(request: Request, service: str) -> bool:
    """Whether a request names its operation in a form."""
    is_other = "x-amz-target" in request.headers or CBOR_PATH.fullmatch(request.path)
    return service in _SERVICES_WITH_NAMED_OPERATIONS and not is_other


def parse_form(request: Request) -> dict[str, list[str]]:
    """Fields of a request of the query protocol, which stand in its body or in its query; {} where it has none.

    Fields in both, a field given twice, or a body that is no form are an ApiError: what was authorized must be done.
    """
    fields = urllib.parse.parse_qs(request.query, keep_blank_values=True) if request.query else {}
    fields = {name: values for name, values in fields.items() if not name.startswith("X-Amz-")}
    if request.body:
        if fields:
            raise ApiError("InvalidParameterCombination", "The request has parameters in its query and in its body.")
        if media_type(request) != FORM:
            raise ApiError("MalformedInput", f"The body must be {FORM}, not {media_type(request) or 'without a type'}.")
        fields = _body_fields(request)
    repeated = [name for name, values in fields.items() if len(values) > 1]
    if repeated:
        raise ApiError("MalformedQueryString", f"The parameter {repeated[0]} is given more than once.")
    return fields


def _body_fields(request: Request, most: int | None = None) -> dict[str, list[str]]:
    if media_type(request) != FORM:
        return {}
    text = request.body[:most].decode("utf-8", errors="replace")
    try:
        return urllib.parse.parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise ApiError("MalformedQueryString", f"The request has more than {_MOST_FIELDS} parameters.") from error


def action_of(request: Request) -> str:
    """The operation that the beginning of a form, or the query, names; "" for a request that has none."""
    if "x-amz-target" in request.headers:
        return ""
    # Nobody is known yet who could be charged for reading more.
    fields = _body_fields(request, _BEGINNING) or urllib.parse.parse_qs(request.query)
    return fields.get("Action", [""])[0]


def parse_call(request: Request, credential: Credential) -> Call:
    """The call that a signed request makes; ApiError when it could be read as another, or names none."""
    target = request.headers.get("x-amz-target", "")
    cbor = CBOR_PATH.fullmatch(request.path)
    service = credential.service
    if service == "s3":
        operation = _s3_operation(request)
    elif target:
        operation = _targeted(request, target, service)
    elif service in JSON_ONLY:
        raise ApiError("UnknownOperationException", "The request has no header X-Amz-Target.")
    elif cbor:
        raise ApiError("NotImplemented", f"The sandbox does not read CBOR: send {cbor[2]} as JSON.", status=501)
    elif service in _SERVICES_WITH_NAMED_OPERATIONS:
        operation = parse_form(request).get("Action", [""])[0] or _fail_without_action()
    else:
        operation = ""
    return Call(service, operation, credential.region, credential.access_key_id)


def _fail_without_action() -> t.NoReturn:
    raise ApiError("MissingAction", "The request names no operation.")


def _targeted(request: Request, target: str, service: str) -> str:
    prefix, _dot, operation = target.rpartition(".")
    wanted = SERVICE_OF_TARGET.get(prefix, service)
    if wanted != service:
        message = f"Credential should be scoped to correct service: '{wanted}'."
        raise ApiError("InvalidSignatureException", message)
    # moto prefers a form's Action to the header.
    if request.query or media_type(request) not in _JSON_MEDIA_TYPES:
        raise ApiError(
            "InvalidAction", "A request that names its operation in a header has a body of JSON, and no query."
        )
    return operation


def _s3_operation(request: Request) -> str:
    """ "" for what a router finds by method and address; ApiError for an address of another API than S3's."""
    if request.path.startswith("//"):
        raise ApiError("InvalidURI", "The address has no bucket.")
    if request.path.startswith("/v20180820/"):
        raise ApiError("NotImplemented", "The sandbox has no S3 Control.", status=501)
    # Nothing else but the upload of a form is posted without a query.
    return "PutObject" if request.method == "POST" else ""


def parse_json(body: bytes) -> Json:
    """The JSON object of a body; SerializationException when it is none."""
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ApiError("SerializationException", f"The request body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ApiError("SerializationException", "The request body is not a JSON object")
    if _SURROGATE.search(body) and not is_text(value):
        raise ApiError("SerializationException", "The request body holds half of a surrogate pair")
    return value


def is_text(value: t.Any) -> bool:
    """Whether all texts in a value can be written as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def json_answer(value: object) -> Answer:
    """A good answer."""
    return Answer(200, JSON_TYPE, json.dumps(value, separators=(",", ":")).encode())
