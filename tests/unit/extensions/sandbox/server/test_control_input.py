# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be sent to the sandbox's own addresses."""

from __future__ import annotations

import copy
import json
import typing as t

import pytest
from local_aws.server import control_input

NODE = "mi-0123456789abcdef0"


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"settings": {"time_scale": 0.05, "max_pending_invocations": None}},
        {"latency": {"*": 0.025, "SendCommand": 1}},
        {"rate_limits": {"GetCommandInvocation": {"rate": 10, "burst": 5}}},
        {"faults": [{"operation": "SendCommand", "kind": "slow", "times": None, "seconds": 2.5}], "seed": 7},
        {"nodes": [{"instance_id": NODE, "tags": {"Role": "web"}, "name": "on-premises-1"}]},
    ],
)
def test_a_configuration(value: t.Any) -> None:
    before = copy.deepcopy(value)
    control_input.check_configuration(value)
    assert value == before


FAULT = {"operation": "SendCommand", "kind": "slow"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], "[] is not of type 'object'"),
        (5, "5 is not of type 'object'"),
        ({"latencies": {}}, "'latencies' was unexpected"),
        ({"settings": {"time_scale": "1"}}, "['settings']['time_scale']: '1' is not of type 'number'"),
        ({"settings": {"time_scale": True}}, "True is not of type 'number'"),
        ({"settings": {"time_scale": -1}}, "-1 is less than the minimum of 0"),
        ({"settings": {"speed": 1}}, "'speed' was unexpected"),
        ({"latency": {"*": "slow"}}, "['latency']['*']"),
        ({"latency": [1]}, "['latency']: [1] is not of type 'object'"),
        ({"rate_limits": {"*": {"rate": 0, "burst": 1}}}, "['rate_limits']['*']['rate']"),
        ({"rate_limits": {"*": {"rate": 1}}}, "'burst' is a required property"),
        ({"faults": [{**FAULT, "seconds": "x"}]}, "['faults'][0]['seconds']: 'x' is not of type 'number'"),
        ({"faults": [{**FAULT, "kind": "explode"}]}, "'explode' is not one of"),
        ({"faults": [{**FAULT, "probability": 2}]}, "2 is greater than the maximum of 1"),
        ({"faults": [{**FAULT, "times": 1.5}]}, "['faults'][0]['times']"),
        ({"faults": [{"kind": "slow"}]}, "'operation' is a required property"),
        ({"faults": {"operation": "*"}}, "is not of type 'array'"),
        ({"seed": "x"}, "['seed']"),
        ({"nodes": [{"instance_id": 5}]}, "['nodes'][0]['instance_id']: 5 is not of type 'string'"),
    ],
)
def test_what_is_no_configuration(value: t.Any, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        control_input.check_configuration(value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "node",
    [
        {},
        {"instance_id": "mi-x/../../../tmp"},
        {"instance_id": f"{NODE}\n"},
        {"instance_id": "mi-0123456789ABCDEF0"},
        {"instance_id": NODE, "tags": 5},
        {"instance_id": NODE, "tags": {"Role": 5}},
        {"instance_id": NODE, "tags": ["Role"]},
        {"instance_id": NODE, "region": "../x"},
        {"instance_id": NODE, "name": 5},
        {"instance_id": NODE, "role": {}},
        {"instance_id": NODE, "platform": "BeOS"},
        {"instance_id": NODE, "ping_status": None},
        {"instance_id": NODE, "ip_address": "10.0.0.1"},
        None,
        "mi-0123456789abcdef0",
    ],
)
def test_what_is_no_node(node: t.Any) -> None:
    with pytest.raises(ValueError, match=r"\['|the body"):
        control_input.check_node(node)


@pytest.mark.parametrize("body", [b"{", b"NaN", b'{"latency": {"*": Infinity}}', b"[" * 100_000, b"\xff"])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        control_input.parse(body)


def test_an_empty_body_is_an_empty_object() -> None:
    assert control_input.parse(b"") == {}
    assert control_input.parse(json.dumps({"seed": 1}).encode()) == {"seed": 1}
