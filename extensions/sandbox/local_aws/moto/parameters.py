# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request asks for: its operation and parameters as the service's API calls them.

moto's own parsers read them, by botocore's models: what is authorized is what moto acts on, and a field that the
operation has not is nothing.
"""

from __future__ import annotations

import functools
import typing as t

from moto.core.parse import PROTOCOL_PARSERS, RequestParser, RequestParserError
from moto.core.request import Request as MotoRequest
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from ..wire import messages, post_policies
from ..wire.errors import ApiError

if t.TYPE_CHECKING:
    from ..wire.messages import Call, Environ, Request

Parameters = dict[str, t.Any]
# botocore's names of services, where they are not their signing names.
_MODELS: t.Final = {"monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}
# Services that name an operation by a method and an address.
_REST: t.Final = frozenset({"s3", "resource-groups"})
# Operations of S3 whose body says what is asked for; all other bodies are data or settings.
_READ_BODIES: t.Final = frozenset({"CreateBucket", "DeleteObjects"})
# What S3 has an operation for, besides the arguments in the addresses of its operations.
_MORE_SUBRESOURCES: t.Final = frozenset({"uploadId"})
_NO_SUBRESOURCES: t.Final = frozenset({"list-type", "select-type", "x-id"})
# What moto looks for in the query, for buckets and for objects; with anything else it does what it does without.
_OF_BUCKETS: t.Final[t.Mapping[str, str]] = {
    "GET": (
        "accelerate acl cors encryption inventory lifecycle location logging notification object-lock "
        "ownershipControls policy policyStatus publicAccessBlock replication tagging uploads versioning versions "
        "website"
    ),
    "PUT": (
        "accelerate acl cors encryption inventory lifecycle logging notification object-lock ownershipControls policy "
        "publicAccessBlock replication tagging versioning website"
    ),
    "DELETE": "cors encryption lifecycle ownershipControls policy publicAccessBlock replication tagging website",
    "POST": "delete",
}
_OF_OBJECTS: t.Final[t.Mapping[str, str]] = {
    "GET": "acl attributes legal-hold tagging uploadId",
    "PUT": "acl legal-hold retention tagging uploadId",
    "DELETE": "tagging uploadId",
    "POST": "restore select uploadId uploads",
}


def routed(call: Call, request: Request, environ: Environ) -> Call:
    """The call with its operation's name, for a service that names it by method and address.

    :raises ApiError: S3 has no such operation, or the address asks for two; 501 for one that moto has not.
    """
    if call.service not in _REST or _form_of(call, request) is not None:
        return call
    seen = MotoRequest(environ)
    try:
        operation, labels = get_service_router(_model(call.service)).match(seen)
    except NotFound as error:
        message = "The specified method is not allowed against this resource."
        raise ApiError("MethodNotAllowed", message, status=405) from error
    if call.service == "s3":
        given = _subresources().intersection(seen.args)
        _check_subresources(operation, given)
        served = (_OF_OBJECTS if "Key" in labels else _OF_BUCKETS).get(request.method, "").split()
        if given - set(served):
            raise ApiError("NotImplemented", f"The sandbox has no {operation.name}.", status=501)
    return call._replace(operation=operation.name)


def _check_subresources(operation: t.Any, given: frozenset[str]) -> None:
    """ApiError where a query asks for more than its operation is: moto would take what it looks for first."""
    more = given - set(operation.http_trait.query_args) - _required_arguments(operation)
    if more:
        message = f"Conflicting query string parameters: {', '.join(sorted(more))}"
        raise ApiError("InvalidArgument", message, status=400)


def _required_arguments(operation: t.Any) -> set[str]:
    shape = operation.input_shape
    return set(shape.required_query_args) if shape is not None else set()


@functools.cache
def _subresources() -> frozenset[str]:
    model = get_service_model("s3")
    named = (name for one in model.operation_names for name in model.operation_model(one).http_trait.query_args)
    return (frozenset(named) | _MORE_SUBRESOURCES) - _NO_SUBRESOURCES


def of_call(call: Call, request: Request, environ: Environ) -> Parameters:
    """The parameters of a request; {} for an operation that botocore does not know.

    :raises ApiError: the request cannot be read.
    """
    form = _form_of(call, request)
    if form is not None:
        acl = {"ACL": form.fields["acl"]} if "acl" in form.fields else {}
        tagging = {"Tagging": form.fields["tagging"]} if "tagging" in form.fields else {}
        return {"Bucket": form.bucket, "Key": form.key, **acl, **tagging}
    parser = _parser(_model(call.service), call.operation, messages.is_query_protocol(request, call.service))
    if parser is None:
        return {}
    try:
        return _parsed(parser, call, request, environ)
    except (RequestParserError, ValueError) as error:
        code = "MalformedXML" if call.service == "s3" else "MalformedInput"
        raise ApiError(code, f"The request cannot be read: {error}") from error


def _parsed(parser: RequestParser, call: Call, request: Request, environ: Environ) -> Parameters:
    if call.service in _REST:
        seen = MotoRequest(environ)
        _operation, labels = get_service_router(_model(call.service)).match(seen)
        body = request.body if call.service != "s3" or call.operation in _READ_BODIES else b""
        found = {"body": body, "headers": seen.headers, "url_params": labels, "values": seen.args}
    elif messages.is_query_protocol(request, call.service):
        found = {"values": {name: values[0] for name, values in messages.parse_form(request).items()}}
    else:
        members = parser.operation_model.input_shape.members if parser.operation_model.input_shape else {}
        given = messages.parse_json(request.body)
        return {name: given[name] for name in members if given.get(name) is not None}
    parsed: Parameters = parser.parse(t.cast("t.Any", found))
    return {name: value for name, value in parsed.items() if value is not None}


def _form_of(call: Call, request: Request) -> post_policies.Form | None:
    return post_policies.read_form(request) if call.service == "s3" else None


def _model(service: str) -> str:
    return _MODELS.get(service, service)


@functools.cache
def _parser(service: str, operation: str, is_query: bool) -> RequestParser | None:
    model = get_service_model(service)
    if operation not in model.operation_names:
        return None
    protocol = ("ec2" if service == "ec2" else "query") if is_query else str(model.protocol)
    parser_class: type[RequestParser] = PROTOCOL_PARSERS.get(protocol, PROTOCOL_PARSERS["json"])
    # Moments and bytes stay the texts that they are.
    return parser_class(model.operation_model(operation), timestamp_parser=str, blob_parser=str)
