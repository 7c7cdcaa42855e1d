# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request speaks, and how an error is written so that its client understands it."""

from __future__ import annotations

import json
import typing as t
import uuid
from xml.sax.saxutils import escape

from . import messages

if t.TYPE_CHECKING:
    from .errors import ApiError

JSON = "json"
QUERY = "query"
EC2 = "ec2"
REST_XML = "rest-xml"
REST_JSON = "rest-json"
CBOR = "smithy-rpc-v2-cbor"
# Of the services that are moto's alone, those whose errors are XML.
_QUERY_SERVICES: t.Final = frozenset(
    {"autoscaling", "cloudformation", "elasticache", "elasticloadbalancing", "iam", "monitoring", "rds", "redshift"}
    | {"ses", "sns", "sqs", "sts"}
)
_REST_XML_SERVICES: t.Final = frozenset({"cloudfront", "route53", "s3"})


def protocol_of(request: messages.Request, service: str) -> str:
    """The protocol of a request, by its headers and the service that it claims to be for ("": it claims none)."""
    if "smithy-protocol" in request.headers:
        return CBOR
    if service in messages.JSON_ONLY or "x-amz-target" in request.headers:
        return JSON
    if service in _REST_XML_SERVICES:
        return REST_XML
    if service == "ec2":
        return EC2
    if service in _QUERY_SERVICES or messages.action_of(request) or messages.media_type(request) == messages.FORM:
        return QUERY
    return REST_JSON if service else REST_XML


def error_answer(error: ApiError, protocol: str) -> messages.Answer:
    """An error in the form of a protocol, with a request id of its own."""
    request_id = str(uuid.uuid4())
    headers = (("x-amzn-RequestId", request_id),)
    if protocol == CBOR:
        body = _cbor({"__type": error.code, "message": error.message})
        return messages.Answer(error.status, "application/cbor", body, (*headers, ("smithy-protocol", "rpc-v2-cbor")))
    if protocol in {JSON, REST_JSON}:
        text = json.dumps({"__type": error.code, "message": error.message, "Message": error.message})
        type_header = (("x-amzn-ErrorType", error.code),) if protocol == REST_JSON else ()
        return messages.Answer(error.status, messages.JSON_TYPE, text.encode(), (*headers, *type_header))
    xml = _XML[protocol].format(code=escape(error.code), message=escape(error.message), request_id=request_id)
    return messages.Answer(error.status, "text/xml", xml.encode(), headers)


_XML: t.Final = {
    QUERY: (
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>{request_id}</RequestId></ErrorResponse>"
    ),
    EC2: (
        "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        "<RequestID>{request_id}</RequestID></Response>"
    ),
    REST_XML: (
        "<Error><Code>{code}</Code><Message>{message}</Message>"
        "<RequestId>{request_id}</RequestId><HostId>sandbox</HostId></Error>"
    ),
}


def _cbor(texts: dict[str, str]) -> bytes:
    """A map of texts as CBOR (RFC 8949, sections 3.1 and 4.2.1)."""
    return _cbor_head(5, len(texts)) + b"".join(_cbor_text(text) for pair in texts.items() for text in pair)


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    return _cbor_head(3, len(data)) + data


def _cbor_head(major_type: int, length: int) -> bytes:
    if length < 24:
        return bytes([major_type << 5 | length])
    return bytes([major_type << 5 | 26]) + length.to_bytes(4, "big")
