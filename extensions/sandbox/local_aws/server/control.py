# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's own addresses below /sandbox/, for tests and for whoever is curious."""

from __future__ import annotations

import collections
import json
import threading
import typing as t

from ..iam.keys import AgentHolder
from ..nodes.managed_nodes import MANAGED_INSTANCE, Node
from ..wire import messages
from . import control_input

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..moto.data import MotoData
    from ..nodes.activations import Activations
    from ..nodes.managed_nodes import Nodes
    from ..run_command.engine import Engine
    from ..wire.settings import Settings
    from .faults import Faults
    from .key_ring import KeyRing

PREFIX = "/sandbox/"
Json = dict[str, t.Any]


class CallCounter:
    """How often each operation was asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: collections.Counter[str] = collections.Counter()

    def add(self, operation: str) -> None:
        """One call more."""
        with self._lock:
            self._counts[operation] += 1

    def clear(self) -> None:
        """Begin at nought."""
        with self._lock:
            self._counts.clear()

    def counts(self) -> dict[str, int]:
        """Calls by operation."""
        with self._lock:
            return dict(self._counts)


class Controlled(t.NamedTuple):
    """What of a sandbox is configured and counted; region: of the nodes that name none."""

    moto: MotoData
    nodes: Nodes
    engine: Engine
    faults: Faults
    settings: Settings
    keys: KeyRing
    activations: Activations
    region: str


class Control:
    """Configuration and counters of a running sandbox."""

    def __init__(self, controlled: Controlled) -> None:
        self.calls = CallCounter()
        self._controlled = controlled
        self._routes: Mapping[tuple[str, str], Callable[[Json], Json]] = {
            ("GET", "health"): lambda _body: {"status": "ok"},
            ("GET", "calls"): lambda _body: {"operations": self.calls.counts()},
            ("DELETE", "calls"): self._clear_calls,
            ("GET", "executions"): lambda _body: self._executions(),
            ("POST", "config"): self.configure,
            ("DELETE", "config"): self._clear_faults,
            ("POST", "nodes"): self._set_node,
            ("POST", "agents"): self._add_agent,
            ("POST", "registrations"): self._register,
        }

    def answer(self, request: messages.Request) -> messages.Answer:
        """The answer to a request below /sandbox/: 200 with JSON, 400 with what is wrong, or 404."""
        route = self._routes.get((request.method, request.path.removeprefix(PREFIX)))
        if route is None:
            known = ", ".join(sorted(f"{verb} {PREFIX}{name}" for verb, name in self._routes))
            return _answer(404, {"error": f"there is no {request.method} {request.path}; there are {known}"})
        try:
            return _answer(200, route(control_input.parse(request.body)))
        except ValueError as error:
            return _answer(400, {"error": str(error)})

    def configure(self, values: t.Any) -> Json:
        """Take a configuration: settings, latency, rate_limits, faults (with seed), nodes; ValueError else."""
        control_input.check_configuration(values)
        for name, value in values.get("settings", {}).items():
            setattr(self._controlled.settings, name, value)
        if "latency" in values:
            self._controlled.faults.set_latency(values["latency"])
        if "rate_limits" in values:
            self._controlled.faults.set_rate_limits(values["rate_limits"])
        if "faults" in values:
            self._controlled.faults.set_faults(values["faults"], int(values.get("seed", 0)))
        for node in values.get("nodes", []):
            self._set_node(node)
        return {}

    def _clear_calls(self, _body: Json) -> Json:
        self.calls.clear()
        return {}

    def _clear_faults(self, _body: Json) -> Json:
        self._controlled.faults.clear()
        return {}

    def _executions(self) -> Json:
        with self._controlled.engine.lock:
            return self._controlled.engine.commands.executions()

    def _set_node(self, node: t.Any) -> Json:
        """Declare a hybrid node (mi-...), or change the ping_status and platform that a node reports."""
        control_input.check_node(node)
        instance_id = node["instance_id"]
        if instance_id.startswith("mi-"):
            self._controlled.nodes.declare(self._hybrid(node))
        if "ping_status" in node:
            self._controlled.nodes.set_ping_status(instance_id, node["ping_status"])
        if "platform" in node:
            self._controlled.nodes.set_platform(instance_id, node["platform"])
        return {}

    def _add_agent(self, wanted: t.Any) -> Json:
        """Expect a real agent as a hybrid node (mi-...), and make the key that it signs with."""
        control_input.check_agent(wanted)
        node = self._hybrid({**wanted, "ip_address": ""})
        self._controlled.nodes.expect(node)
        key = self._controlled.keys.add_agent(AgentHolder(node.instance_id, node.region))
        shown = {"instance_id": node.instance_id, "region": node.region}
        return {**shown, "access_key_id": key.access_key_id, "secret_access_key": key.secret}

    def _register(self, machine: t.Any) -> Json:
        """Register a machine with an activation, as its agent would, and give it the ID of a node."""
        control_input.check_registration(machine)
        node = self._controlled.activations.register(machine)
        return {"instance_id": node.instance_id, "region": node.region}

    def _hybrid(self, node: Json) -> Node:
        role = node.get("role", "")
        texts = self._controlled.moto.role_texts(role)
        return Node(
            instance_id=node["instance_id"],
            region=node.get("region", self._controlled.region),
            account_id=self._controlled.moto.account_id,
            resource_type=MANAGED_INSTANCE,
            tags=node.get("tags", {}),
            ip_address=node.get("ip_address", "10.0.0.1"),
            role_name=role,
            role_policies=texts.policies,
            role_boundary=texts.boundary,
            name=node.get("name", ""),
        )


def is_health(request: messages.Request) -> bool:
    """Whether a request asks for nothing but whether the sandbox serves."""
    return (request.method, request.path) == ("GET", f"{PREFIX}health")


def refused(token_header: str) -> messages.Answer:
    """The answer to who controls without the token."""
    return _answer(403, {"error": f"the header {token_header} must hold the control_token of the ready file"})


def _answer(status: int, value: Json) -> messages.Answer:
    return messages.Answer(status, "application/json", json.dumps(value).encode())
