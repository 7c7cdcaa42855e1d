# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The WSGI application: who asks, may he, whose operation is it, and what goes wrong on the way."""

from __future__ import annotations

import http
import io
import time
import typing as t

from waitress.channel import ClientDisconnected

from . import moto_fixes, wire
from .callers import Anybody, IamCaller
from .control import PREFIX
from .errors import ApiError
from .faults import ConnectionCut
from .iam import simulate

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .callers import Caller
    from .control import Control
    from .engine import Engine
    from .faults import Fault, Faults
    from .iam import Enforcer, Identity
    from .moto_data import MotoData
    from .nodes import Nodes
    from .run_command_api import RunCommandApi

StartResponse = t.Callable[[str, list[tuple[str, str]]], t.Any]
_JSON_SERVICES: t.Final = frozenset({"ssm", "logs", "events", "kms", "sqs", "tagging", "resource-groups"})
_READING: t.Final = ("Describe", "Get", "List", "Head", "Simulate", "Search", "Lookup", "Test")


class Parts(t.NamedTuple):
    """What the front puts together."""

    moto_app: Callable[[wire.Environ, StartResponse], Iterable[bytes]]
    moto: MotoData
    nodes: Nodes
    engine: Engine
    api: RunCommandApi
    control: Control
    faults: Faults
    enforcer: Enforcer | None


class Front:
    """Answers every request: the sandbox's own, Run Command's and IAM simulation here, the rest by moto."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __call__(self, environ: wire.Environ, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        body = wire.read_body(environ)
        path = environ.get("PATH_INFO", "/")
        if path.startswith(PREFIX):
            return _send(self._parts.control.answer(environ["REQUEST_METHOD"], path, body), start_response)
        environ["wsgi.input"] = io.BytesIO(body)
        if path.startswith("/moto-api/"):
            return self._moto_api(environ, start_response)
        call = wire.parse_call(environ, body)
        self._parts.control.calls.add(call.operation)
        try:
            self._parts.faults.before(call.operation)
            answer = self._answer(call, environ, body)
            fault = self._parts.faults.after(call.operation)
            return _send(_spoiled(answer, fault) if fault else answer, start_response)
        except ApiError as error:
            answer = wire.error_answer(error, as_xml=call.service not in _JSON_SERVICES)
            return _send(answer, start_response)
        except ConnectionCut as cut:
            # waitress ends the connection without a byte when the client seems to be gone.
            raise ClientDisconnected from cut

    def _moto_api(self, environ: wire.Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/moto-api/reset":
            self._parts.engine.clear()
            self._parts.nodes.clear()
            self._parts.api.clear()
        return _send(self._from_moto(environ), start_response)

    def _answer(self, call: wire.Call, environ: wire.Environ, body: bytes) -> Answered:
        identity = self._parts.enforcer.identity(call.access_key_id, call.service) if self._parts.enforcer else None
        if call.service != "ssm" or not self._parts.api.asks_for_rights(call.operation):
            self._authorize(identity, call, environ, body)
        if call.service == "ssm":
            request = wire.parse_json(body)
            own = self._parts.api.answer(call.operation, request, call.region, self._caller(identity, call))
            if own is not None:
                return wire.json_answer(own)
        if call.operation in simulate.OPERATIONS:
            with self._parts.moto.lock:
                status, xml = simulate.respond(wire.parse_form(body), call.region)
            return wire.Answer(status, "text/xml", xml)
        corrected = self._corrected(call, body)
        if corrected is not None:
            return corrected
        answer = self._from_moto(environ)
        if call.service in {"ec2", "iam"} and not call.operation.startswith(_READING):
            self._parts.nodes.forget()
        return answer

    def _corrected(self, call: wire.Call, body: bytes) -> wire.Answer | None:
        if call.service == "iam":
            xml = moto_fixes.answer_query(call.operation)
            return wire.Answer(200, "text/xml", xml) if xml else None
        if call.service not in _JSON_SERVICES:
            return None
        with self._parts.moto.lock:
            answer = moto_fixes.answer(call.service, call.operation, wire.parse_json(body), call.region)
        return None if answer is None else wire.json_answer(answer)

    def _caller(self, identity: Identity | None, call: wire.Call) -> Caller:
        if self._parts.enforcer is None or identity is None:
            return Anybody()
        return IamCaller(self._parts.enforcer, identity, self._parts.moto, call.region)

    def _authorize(self, identity: Identity | None, call: wire.Call, environ: wire.Environ, body: bytes) -> None:
        if self._parts.enforcer is None or identity is None:
            return
        request = _parsed(call, environ, body)
        with self._parts.moto.lock:
            self._parts.enforcer.authorize_request(identity, call.service, call.operation, call.region, request)

    def _from_moto(self, environ: wire.Environ) -> Answered:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: t.Any = None) -> t.Any:
            started.append((status, headers))

        try:
            with self._parts.moto.lock:
                body = b"".join(self._parts.moto_app(environ, t.cast("StartResponse", start_response)))
        except NotImplementedError as error:
            raise ApiError("NotImplemented", f"The sandbox cannot do this: {error}", status=501) from error
        status, headers = started[-1]
        return MotoAnswer(status, headers, body)


def _parsed(call: wire.Call, environ: wire.Environ, body: bytes) -> Mapping[str, t.Any]:
    if call.service == "s3":
        return wire.s3_place(environ.get("PATH_INFO", "/"))
    return wire.parse_json(body) if call.service in _JSON_SERVICES else wire.parse_form(body)


class MotoAnswer(t.NamedTuple):
    """moto's answer with all its headers."""

    status_line: str
    headers: list[tuple[str, str]]
    body: bytes


Answered = wire.Answer | MotoAnswer


def _spoiled(answer: Answered, fault: Fault) -> Answered:
    if fault.kind == "cut_after":
        raise ConnectionCut
    if fault.kind == "server_error_after":
        raise ApiError("InternalServerError", "An internal error occurred", status=500)
    if fault.kind == "slow":
        time.sleep(fault.seconds)
        return answer
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def _send(answer: Answered, start_response: StartResponse) -> Iterable[bytes]:
    if isinstance(answer, MotoAnswer):
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        # The answer to HEAD has no body but the length of what GET would bring.
        length = next((value for name, value in answer.headers if name.lower() == "content-length"), "")
        headers.append(("Content-Length", str(len(answer.body)) if answer.body else length or "0"))
        start_response(answer.status_line, headers)
        return [answer.body]
    status = http.HTTPStatus(answer.status)
    headers = [("Content-Type", answer.content_type), ("Content-Length", str(len(answer.body)))]
    start_response(f"{status.value} {status.phrase}", headers)
    return [answer.body]
