# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application: who asks, may he, whose operation is it, and what goes wrong on the way."""

from __future__ import annotations

import http
import re
import time
import typing as t
import uuid

from waitress.channel import ClientDisconnected

from ..iam import reference, simulate
from ..iam.callers import Anybody, IamCaller
from ..iam.keys import AgentHolder, HeldKey
from ..iam.operations import prefix_of
from ..moto import corrections, parameters
from ..moto.application import MotoAnswer, environ_of
from ..wire import messages, protocols, regions, signatures
from ..wire.errors import ApiError
from ..wire.refusals import Refusal, error_of
from . import control
from .admission import CONTROL_HEADER
from .control import PREFIX
from .faults import ConnectionCut

if t.TYPE_CHECKING:
    from collections.abc import Iterable

    from ..iam.callers import Caller
    from ..iam.enforcer import Enforcer
    from ..iam.identity import Identity, Principals
    from ..moto.application import MotoApplication
    from ..moto.data import MotoData
    from ..nodes.managed_nodes import Nodes
    from ..run_command.agent_service import AgentService
    from ..run_command.api import RunCommandApi
    from ..run_command.engine import Engine
    from .admission import Admission
    from .control import Control
    from .faults import Fault, Faults
    from .key_ring import KeyRing

StartResponse = t.Callable[[str, list[tuple[str, str]]], t.Any]
_JSON_SERVICES: t.Final = frozenset({"ssm", "logs", "events", "kms", "sqs", "tagging", "resource-groups"})
# Signing names, and moto's names, of the services whose requests are read here.
_KNOWN_SERVICES: t.Final = _JSON_SERVICES | {"ec2", "ec2messages", "iam", "monitoring", "s3", "sns", "sts"}
_KNOWN_BACKENDS: t.Final = _KNOWN_SERVICES | {"cloudwatch", "moto_api", "instance_metadata", "resourcegroups"}
# What moto serves by its path, whoever asks: its own control, and the credentials of an instance.
_CONTROLLED: t.Final = (PREFIX, "/moto-api", "/favicon.ico", "/latest/meta-data/", "/latest/api/")
# moto's answers never let a web page read them.
_DROPPED: t.Final = re.compile(r"(content-length|access-control-.*)$", re.IGNORECASE)
_READING: t.Final = ("Describe", "Get", "List", "Head", "Simulate", "Search", "Lookup", "Test")


class Parts(t.NamedTuple):
    """What the front puts together."""

    moto: MotoData
    application: MotoApplication
    principals: Principals
    nodes: Nodes
    engine: Engine
    api: RunCommandApi
    control: Control
    faults: Faults
    enforcer: Enforcer | None
    admission: Admission
    agents: AgentService
    keys: KeyRing


class Front:
    """Answers every request: the sandbox's own, Run Command's and IAM simulation here, the rest by moto."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __call__(self, environ: messages.Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        request = messages.read_head(environ)
        claimed = signatures.claimed_service(request)
        protocol = protocols.protocol_of(request, claimed)
        try:
            answer = self._let_in(request, environ)
        except Refusal as refusal:
            answer = protocols.error_answer(error_of(refusal, claimed, protocol), protocol)
        except ApiError as error:
            answer = protocols.error_answer(error, protocol)
        except ConnectionCut as cut:
            # waitress ends the connection without a byte when the client seems to be gone.
            raise ClientDisconnected from cut
        return _send(answer, start_response, is_head=request.method == "HEAD")

    def _let_in(self, head: messages.Request, environ: messages.Environ) -> Answered:
        """The answer to a request from the right place: by its control token, or by who has signed it."""
        admission = self._parts.admission
        admission.check_place(head, int(environ["SERVER_PORT"]))
        if head.path.startswith(_CONTROLLED) and not control.is_health(head) and not admission.is_controller(head):
            return control.refused(CONTROL_HEADER)
        request = messages.with_body(head, environ)
        if request.path.startswith(_CONTROLLED):
            return self._controlled(request, environ)
        credential, held = admission.caller(request)
        call = messages.parse_call(request, credential)
        seen = environ_of(environ, request, call)
        _check_region(call)
        self._check_service(call, seen)
        call = parameters.routed(call, request, seen)
        self._parts.control.calls.add(call.operation)
        self._parts.faults.before(call.operation)
        answer = _with_request_id(self._answer(call, request, seen, held), call.service)
        fault = self._parts.faults.after(call.operation)
        return _spoiled(answer, fault) if fault else answer

    def _check_service(self, call: messages.Call, seen: messages.Environ) -> None:
        """ApiError for a service that moto has not, or would take for one of those whose rights are known by name."""
        if call.service in _KNOWN_SERVICES:
            return
        backend = self._parts.application.backend(seen)
        if backend is None:
            raise ApiError("NotImplemented", f"The sandbox has no service {call.service}.", status=501)
        if backend in _KNOWN_BACKENDS:
            raise ApiError("InvalidSignatureException", "Credential should be scoped to a valid service.")

    def _controlled(self, request: messages.Request, environ: messages.Environ) -> Answered:
        if request.path.startswith(PREFIX):
            return self._parts.control.answer(request)
        if request.path == "/moto-api/reset":
            self._parts.engine.clear()
            self._parts.nodes.clear()
            self._parts.api.clear()
            self._parts.agents.clear()
            self._parts.keys.clear_agents()
        return self._parts.application.answer(environ_of(environ, request))

    def _answer(
        self, call: messages.Call, request: messages.Request, environ: messages.Environ, held: HeldKey
    ) -> Answered:
        if isinstance(held.holder, AgentHolder):
            asked = messages.parse_json(request.body)
            return messages.json_answer(self._parts.agents.answer(call, asked, held.holder.instance_id))
        if call.service == "ec2messages":
            raise ApiError("AccessDeniedException", f"{call.operation} is for the key of a real agent.")
        identity = self._identity(held)
        if call.service != "ssm" or not self._parts.api.asks_for_rights(call.operation):
            self._authorize(identity, call, request, environ)
        if call.service == "ssm":
            asked = messages.parse_json(request.body)
            own = self._parts.api.answer(call.operation, asked, call.region, self._caller(identity, call))
            if own is not None:
                return messages.json_answer(own)
        if call.operation in simulate.OPERATIONS:
            with self._parts.moto.lock:
                status, xml = simulate.respond(messages.parse_form(request), self._parts.principals)
            return messages.Answer(status, "text/xml", xml)
        answer = self._corrected(call, request) or self._parts.application.answer(environ)
        # Not only EC2 and IAM: other services tag instances and launch them.
        if call.service != "ssm" and not call.operation.startswith(_READING):
            self._parts.nodes.forget()
        return answer

    def _identity(self, held: HeldKey) -> Identity | None:
        if self._parts.enforcer is None:
            return None
        with self._parts.moto.lock:
            return self._parts.enforcer.identity(held)

    def _corrected(self, call: messages.Call, request: messages.Request) -> messages.Answer | None:
        if call.service == "iam":
            xml = corrections.answer_query(call.operation)
            return messages.Answer(200, "text/xml", xml) if xml else None
        if call.service not in _JSON_SERVICES or messages.is_query_protocol(request, call.service):
            return None
        with self._parts.moto.lock:
            answer = corrections.answer(call.service, call.operation, messages.parse_json(request.body), call.region)
        return None if answer is None else messages.json_answer(answer)

    def _caller(self, identity: Identity | None, call: messages.Call) -> Caller:
        if self._parts.enforcer is None or identity is None:
            return Anybody()
        return IamCaller(self._parts.enforcer, identity, self._parts.principals, call.region)

    def _authorize(
        self, identity: Identity | None, call: messages.Call, request: messages.Request, environ: messages.Environ
    ) -> None:
        if self._parts.enforcer is None or identity is None:
            return
        is_known = prefix_of(call.service) in reference.services()
        asked = parameters.of_call(call, request, environ) if is_known else {}
        with self._parts.moto.lock:
            self._parts.enforcer.authorize_request(identity, call.service, call.operation, call.region, asked)


Answered = messages.Answer | MotoAnswer


def _check_region(call: messages.Call) -> None:
    """ApiError for a region that AWS has not, where nothing would answer."""
    if call.region not in regions.names():
        raise ApiError("InvalidSignatureException", "Credential should be scoped to a valid region.")


def _with_request_id(answer: Answered, service: str) -> Answered:
    """The answer with a request id of its own in its headers, where it has none yet."""
    name = "x-amz-request-id" if service == "s3" else "x-amzn-RequestId"
    if any(header.lower() == name.lower() for header, _value in answer.headers):
        return answer
    added = (name, str(uuid.uuid4()))
    if isinstance(answer, MotoAnswer):
        return answer._replace(headers=[*answer.headers, added])
    return answer._replace(headers=(*answer.headers, added))


def _spoiled(answer: Answered, fault: Fault) -> Answered:
    if fault.kind == "cut_after":
        raise ConnectionCut
    if fault.kind == "server_error_after":
        raise ApiError("InternalServerError", "An internal error occurred", status=500)
    if fault.kind == "slow":
        time.sleep(fault.seconds)
        return answer
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def _send(answer: Answered, start_response: StartResponse, *, is_head: bool) -> Iterable[bytes]:
    if isinstance(answer, MotoAnswer):
        headers = [(name, value) for name, value in answer.headers if not _DROPPED.match(name)]
        # The answer to HEAD has no body but the length of what GET would bring.
        length = next((value for name, value in answer.headers if name.lower() == "content-length"), "")
        headers.append(("Content-Length", str(len(answer.body)) if answer.body else length or "0"))
        start_response(answer.status_line, headers)
        return [answer.body]
    status = http.HTTPStatus(answer.status)
    body = b"" if is_head else answer.body
    headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(body))), *answer.headers]
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]
