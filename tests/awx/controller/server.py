# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small controller on the loopback interface, with AWX's API for what the pack needs.

It keeps objects and checks them by AWX's rules; it runs nothing. Use C(serving) in tests.
"""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import pathlib
import re
import secrets
import threading
import typing as t
import urllib.parse

from . import launching, rules, surveys, views
from .kinds import KINDS, Json
from .store import ApiError, Store

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION: t.Final = "24.6.1"
_PATH: t.Final = re.compile(r"^/api/v2/(?P<endpoint>[a-z_]+)/(?:(?P<number>\d+)/(?:(?P<part>[a-z_]+)/)?)?$")
_OPEN: t.Final = ("/api/", "/api/v2/ping/")


class Request(t.NamedTuple):
    """A request: its path below the host, its query and what it sends."""

    method: str
    path: str
    query: dict[str, list[str]]
    data: Json


class Response(t.NamedTuple):
    """A status and a body; None is no body."""

    status: int
    body: t.Any = None


class Controller:
    """The API; `files` has the projects' YAML files, path and text, by the C(scm_url) of the project."""

    def __init__(self, files: Mapping[str, Mapping[str, str]]) -> None:
        self.username = "admin"
        self.password = secrets.token_urlsafe(12)
        self.token = secrets.token_urlsafe(24)
        self.requests: list[Request] = []
        self._tokens = {0: self.token}
        self._lock = threading.Lock()
        self.store = Store(lambda url: files.get(url, {}))
        self.store.create("organizations", {"name": "Default"})

    def answer(self, request: Request, authorization: str) -> Response:
        """The response to a request."""
        with self._lock:
            self.requests.append(request)
            try:
                if request.path in _OPEN:
                    return Response(
                        200, {"description": "AWX REST API", "version": VERSION, "current_version": views.ROOT}
                    )
                self._authenticate(authorization)
                return self._route(request)
            except ApiError as error:
                return Response(error.status, error.body)

    def _authenticate(self, authorization: str) -> None:
        scheme, _space, given = authorization.partition(" ")
        basic = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        known = {"Bearer": set(self._tokens.values()), "Basic": {basic}}.get(scheme)
        if known is None:
            text = "Authentication credentials were not provided. To establish a login session, visit /api/login/."
            raise ApiError(401, {"detail": text})
        if given not in known:
            text = (
                "Invalid username/password." if scheme == "Basic" else "Authentication credentials were not provided."
            )
            raise ApiError(401, {"detail": text})

    def _route(self, request: Request) -> Response:
        fixed = self._fixed(request.path)
        if fixed is not None:
            return Response(200, fixed)
        match = _PATH.match(request.path)
        endpoint = match["endpoint"] if match else ""
        if match and endpoint == "tokens":
            return self._tokens_answer(request, match["number"])
        if not match or endpoint not in (*KINDS, "unified_job_templates"):
            raise ApiError(404, {"detail": "The requested resource could not be found."})
        if match["number"] is None:
            return self._list(request, endpoint)
        one = self.store.get(endpoint, int(match["number"]))
        if match["part"]:
            return self._part(request, self.store.endpoint_of(one), one, match["part"])
        return self._detail(request, self.store.endpoint_of(one), one)

    def _fixed(self, path: str) -> Json | None:
        """What an address that has no objects says; None for all others."""
        if path == f"{views.ROOT}config/":
            return {"version": VERSION, "time_zone": "UTC", "become_methods": []}
        if path == f"{views.ROOT}me/":
            user = {"id": 1, "type": "user", "username": self.username, "is_superuser": True}
            return {"count": 1, "next": None, "previous": None, "results": [user]}
        if path == views.ROOT:
            return {endpoint: f"{views.ROOT}{endpoint}/" for endpoint in (*KINDS, "unified_job_templates")}
        return None

    def _tokens_answer(self, request: Request, number: str | None) -> Response:
        if request.method == "DELETE" and number is not None:
            self._tokens.pop(int(number), None)
            return Response(204)
        if request.method != "POST" or number is not None:
            raise _not_allowed(request)
        new = len(self.requests)
        self._tokens[new] = secrets.token_urlsafe(24)
        body = {
            "id": new,
            "type": "o_auth2_access_token",
            "url": f"{views.ROOT}tokens/{new}/",
            "token": self._tokens[new],
        }
        return Response(201, {**body, "scope": request.data.get("scope", "write"), "description": ""})

    def _list(self, request: Request, endpoint: str) -> Response:
        if request.method == "GET":
            return Response(
                200, views.page(self.store, endpoint, self.store.all(endpoint), request.path, request.query)
            )
        if request.method != "POST" or endpoint not in KINDS or "POST" not in KINDS[endpoint].methods:
            raise _not_allowed(request)
        one = self.store.create(endpoint, request.data)
        if endpoint == "projects":
            one.update(status="never updated" if one["scm_type"] else "successful", scm_revision="")
            if one["scm_type"]:
                launching.update_project(self.store, one)
        return Response(201, views.shown(self.store, one))

    def _detail(self, request: Request, endpoint: str, one: Json) -> Response:
        if request.method not in KINDS[endpoint].methods | {"GET"} or request.method == "POST":
            raise _not_allowed(request)
        if request.method == "DELETE":
            self.store.delete(endpoint, one)
            return Response(202 if endpoint == "inventories" else 204)
        if request.method in ("PUT", "PATCH"):
            self.store.change(endpoint, one, request.data, partial=request.method == "PATCH")
        elif endpoint == "project_updates":
            launching.advance(self.store, one)
        return Response(200, views.shown(self.store, one))

    def _part(self, request: Request, endpoint: str, one: Json, part: str) -> Response:
        if part in KINDS[endpoint].associations:
            return self._association(request, endpoint, one, part)
        answers = {
            "survey_spec": self._survey,
            "launch": self._launch,
            "update": self._update,
            "playbooks": self._playbooks,
            "workflow_nodes": self._nodes,
            "create_approval_template": self._approval,
        }
        if part not in KINDS[endpoint].related:
            raise ApiError(404, {"detail": "The requested resource could not be found."})
        return answers[part](request, one)

    def _association(self, request: Request, endpoint: str, one: Json, part: str) -> Response:
        target = KINDS[endpoint].associations[part]
        if request.method == "GET":
            listed = [self.store.get(target, number) for number in one["associations"][part]]
            return Response(200, views.page(self.store, target, listed, request.path, request.query))
        if request.method != "POST":
            raise _not_allowed(request)
        if "id" in request.data:
            number, away = request.data["id"], bool(request.data.get("disassociate"))
            if not isinstance(number, int):
                raise ApiError(400, {"msg": '"id" field must be an integer.'})
            self.store.associate(endpoint, one, part, number, disassociate=away)
            return Response(204)
        if request.data.get("disassociate"):
            raise ApiError(400, {"msg": '"id" is required to disassociate'})
        new = self.store.create(target, request.data)
        self.store.associate(endpoint, one, part, new["id"], disassociate=False)
        return Response(201, views.shown(self.store, new))

    def _survey(self, request: Request, one: Json) -> Response:
        if request.method == "GET":
            return Response(200, surveys.shown(one.get("survey_spec") or {}))
        if request.method == "DELETE":
            one["survey_spec"] = {}
        elif request.method == "POST":
            try:
                surveys.check_spec(request.data)
            except surveys.InvalidSurveyError as error:
                raise ApiError(400, {"error": str(error)}) from None
            one["survey_spec"] = surveys.stored(request.data)
        else:
            raise _not_allowed(request)
        return Response(200)

    def _launch(self, request: Request, one: Json) -> Response:
        if request.method == "GET":
            return Response(200, launching.launch_info(one))
        if request.method != "POST":
            raise _not_allowed(request)
        return Response(201, launching.launch(self.store, one, request.data))

    def _update(self, request: Request, one: Json) -> Response:
        if request.method == "GET":
            return Response(200, {"can_update": bool(one["scm_type"])})
        if request.method != "POST" or not one["scm_type"]:
            raise _not_allowed(request)
        update = launching.update_project(self.store, one)
        return Response(202, {"project_update": update["id"], **views.shown(self.store, update)})

    def _playbooks(self, request: Request, one: Json) -> Response:
        if request.method != "GET":
            raise _not_allowed(request)
        return Response(200, rules.playbooks_of(one, self.store))

    def _nodes(self, request: Request, one: Json) -> Response:
        endpoint = "workflow_job_template_nodes"
        if request.method == "POST":
            new = self.store.create(endpoint, {**request.data, "workflow_job_template": one["id"]})
            return Response(201, views.shown(self.store, new))
        listed = [node for node in self.store.all(endpoint) if node["workflow_job_template"] == one["id"]]
        return Response(200, views.page(self.store, endpoint, listed, request.path, request.query))

    def _approval(self, request: Request, one: Json) -> Response:
        if request.method != "POST":
            raise _not_allowed(request)
        if one["unified_job_template"] is not None:
            raise ApiError(400, {"detail": "Cannot create an approval template for a node that has a template."})
        approval = self.store.create("workflow_approval_templates", request.data)
        one["unified_job_template"] = approval["id"]
        return Response(201, views.shown(self.store, approval))


def _not_allowed(request: Request) -> ApiError:
    return ApiError(405, {"detail": f'Method "{request.method}" not allowed.'})


def yaml_files(project: pathlib.Path, *folders: str) -> dict[str, str]:
    """The YAML files below these folders of a project: path and text."""
    found = [path for folder in folders for path in (project / folder).rglob("*.y*ml")]
    return {path.relative_to(project).as_posix(): path.read_text(encoding="utf-8") for path in found}


class _Handler(http.server.BaseHTTPRequestHandler):
    controller: Controller
    protocol_version = "HTTP/1.1"
    # Otherwise the head and the body wait for each other's acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002 - the name in the standard library
        """Requests are kept, not printed."""

    def _answer(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = urllib.parse.parse_qs(parts.query, keep_blank_values=True)
        try:
            data = json.loads(sent) if sent else {}
            request = Request(self.command, parts.path, query, data)
            response = self.controller.answer(request, self.headers.get("Authorization", ""))
        except json.JSONDecodeError as error:
            response = Response(400, {"detail": f"JSON parse error - {error}"})
        body = b"" if response.body is None else json.dumps(response.body).encode()
        self.send_response(response.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", VERSION)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - the names that the standard library calls


class Served(t.NamedTuple):
    """A controller that serves, and its address."""

    controller: Controller
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What AWX's modules find it by."""
        return {
            "CONTROLLER_HOST": self.url,
            "CONTROLLER_OAUTH_TOKEN": self.controller.token,
            "CONTROLLER_VERIFY_SSL": "false",
        }


@contextlib.contextmanager
def serving(files: Mapping[str, Mapping[str, str]]) -> Iterator[Served]:
    """A controller on a port of the loopback interface for the length of a block."""
    controller = Controller(files)
    handler = type("Handler", (_Handler,), {"controller": controller})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(controller, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
