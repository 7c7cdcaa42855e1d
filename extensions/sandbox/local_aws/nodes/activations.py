# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hybrid activations: what lets machines outside of EC2 register as managed nodes."""

from __future__ import annotations

import dataclasses
import secrets
import threading
import time
import typing as t
import uuid

from ..wire.arns import partition_of
from ..wire.errors import ApiError
from ..wire.paging import page_of
from .managed_nodes import MANAGED_INSTANCE, Node

if t.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..moto.data import MotoData
    from .managed_nodes import Nodes

Json = dict[str, t.Any]
_DAY: t.Final = 86_400.0
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html
_DEFAULT_LIFE: t.Final = _DAY
_LONGEST_LIFE: t.Final = 30 * _DAY
_DEFAULT_LIMIT: t.Final = 1
_INVALID: t.Final = "The activation does not exist, or the ID and the code do not match."


@dataclasses.dataclass
class Activation:
    """One activation; times in seconds since the epoch."""

    activation_id: str
    code: str
    region: str
    request: Mapping[str, t.Any]
    created_at: float
    expires_at: float
    registrations: int = 0

    @property
    def limit(self) -> int:
        """How many machines may register with it."""
        return int(self.request.get("RegistrationLimit") or _DEFAULT_LIMIT)

    def has_expired(self) -> bool:
        """Whether no machine may register any more, as its time is over."""
        return time.time() >= self.expires_at

    def describe(self) -> Json:
        """It as DescribeActivations describes it: without its code."""
        given = {name: self.request.get(name) for name in ("Description", "DefaultInstanceName", "IamRole", "Tags")}
        return {
            "ActivationId": self.activation_id,
            **{name: value for name, value in given.items() if value},
            "RegistrationLimit": self.limit,
            "RegistrationsCount": self.registrations,
            "ExpirationDate": self.expires_at,
            "Expired": self.has_expired(),
            "CreatedDate": self.created_at,
        }


class Activations:
    """The activations of every region, and the operations on them and on what they have registered."""

    def __init__(self, moto: MotoData, nodes: Nodes) -> None:
        self._moto = moto
        self._nodes = nodes
        self._lock = threading.Lock()
        self._known: dict[str, Activation] = {}
        self.operations: Mapping[str, Callable[[Json, str], Json]] = {
            "CreateActivation": self._create,
            "DescribeActivations": self._describe,
            "DeleteActivation": self._delete,
            "DeregisterManagedInstance": self._deregister,
        }

    def clear(self) -> None:
        """Forget all activations."""
        with self._lock:
            self._known.clear()

    def register(self, machine: Mapping[str, str]) -> Node:
        """Make a machine a managed node, as an agent does with an activation's ID and code.

        :param machine: activation_id and activation_code; name, ip_address and platform, if they are known.
        :raises ValueError: the activation has expired, is used up, or is none.
        """
        with self._lock:
            activation = self._known.get(machine["activation_id"])
            if activation is None or not secrets.compare_digest(activation.code, machine["activation_code"]):
                raise ValueError(_INVALID)
            if activation.has_expired():
                raise ValueError("The activation has expired.")
            if activation.registrations >= activation.limit:
                raise ValueError(f"The activation has registered {activation.limit}, as many machines as it may.")
            activation.registrations += 1
        node = self._registered(activation, machine)
        self._nodes.declare(node)
        return node

    def _registered(self, activation: Activation, machine: Mapping[str, str]) -> Node:
        role = activation.request["IamRole"]
        texts = self._moto.role_texts(role)
        return Node(
            instance_id=f"mi-0{secrets.token_hex(8)}",
            region=activation.region,
            account_id=self._moto.account_id,
            resource_type=MANAGED_INSTANCE,
            platform=machine.get("platform", "Linux"),
            tags={tag["Key"]: tag["Value"] for tag in activation.request.get("Tags") or []},
            ip_address=machine.get("ip_address", "10.0.0.1"),
            role_name=role,
            role_policies=texts.policies,
            role_boundary=texts.boundary,
            name=machine.get("name") or activation.request.get("DefaultInstanceName") or "",
            activation_id=activation.activation_id,
            registered_at=time.time(),
        )

    def _create(self, request: Json, region: str) -> Json:
        role = request["IamRole"]
        if "ssm.amazonaws.com" not in self._moto.services_trusted_by(role):
            arn = f"arn:{partition_of(region)}:iam::{self._moto.account_id}:role/{role}"
            message = f"Nonexistent role or missing ssm service principal in trust policy: {arn}"
            raise ApiError("ValidationException", message)
        now = time.time()
        expires_at = float(request.get("ExpirationDate") or now + _DEFAULT_LIFE)
        if not now < expires_at <= now + _LONGEST_LIFE:
            raise ApiError("InvalidParameters", "ExpirationDate must be within the next 30 days.")
        made = Activation(str(uuid.uuid4()), secrets.token_urlsafe(15), region, request, now, expires_at)
        with self._lock:
            self._known[made.activation_id] = made
        return {"ActivationId": made.activation_id, "ActivationCode": made.code}

    def _describe(self, request: Json, region: str) -> Json:
        with self._lock:
            found = [one.describe() for one in self._known.values() if one.region == region]
        for wanted in request.get("Filters") or []:
            # The only key that is a plural.
            key = wanted["FilterKey"].replace("ActivationIds", "ActivationId")
            found = [one for one in found if one.get(key) in wanted.get("FilterValues", [])]
        page, more = page_of(found, request)
        return {"ActivationList": page, **more}

    def _delete(self, request: Json, region: str) -> Json:
        with self._lock:
            activation = self._known.get(request["ActivationId"])
            if activation is None or activation.region != region:
                raise ApiError("InvalidActivation", _INVALID)
            # What it has registered stays.
            del self._known[activation.activation_id]
        return {}

    def _deregister(self, request: Json, region: str) -> Json:
        node = self._nodes.managed(region).get(request["InstanceId"])
        if node is None:
            raise ApiError("InvalidInstanceId", "")
        self._nodes.remove(node.instance_id)
        return {}
