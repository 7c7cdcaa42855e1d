# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the AWS-owned documents are written down here. Pure."""

from __future__ import annotations

import typing as t

Json = dict[str, t.Any]
EVERYWHERE: t.Final = ("Windows", "Linux", "MacOS")
# An input that no agent knows: what the sandbox does instead of the step's script or plugin.
SANDBOX_STEP: t.Final = "sandbox:step"
PATCH: t.Final = "patch-baseline"
SUCCEED: t.Final = "succeed"
CANNOT_RUN: t.Final = "cannot-run"


def sandbox_step(inputs: t.Any) -> str:
    """What the sandbox does instead of a step with these inputs; "" for a step that is run."""
    return str(inputs.get(SANDBOX_STEP) or "") if isinstance(inputs, dict) else ""


class AwsDocument(t.NamedTuple):
    """A document that AWS owns.

    platforms: () for those of its plugins; kind: DocumentType; version: the newest one, which is the default.
    """

    name: str
    content: Json
    platforms: t.Sequence[str] = EVERYWHERE
    kind: str = "Command"
    version: str = "1"


def string(description: str, default: str | None = None, **more: t.Any) -> Json:
    """A parameter of type String; without a default it is required; more: such as allowedValues."""
    given = {} if default is None else {"default": default}
    return {"type": "String", "description": description, **given, **more}


def choice(description: str, values: t.Sequence[str], default: str | None = None) -> Json:
    """A parameter of type String that takes some values only."""
    return string(description, default, allowedValues=list(values))


def string_map(description: str) -> Json:
    """A parameter of type StringMap, empty by default."""
    return {"type": "StringMap", "description": description, "default": {}, "displayType": "textarea"}


def step(action: str, name: str, platform: str = "", /, **inputs: t.Any) -> Json:
    """A step of schema 2.x, on one platform or on all of them."""
    declared: Json = {"action": action, "name": name, "inputs": inputs}
    return {**declared, "precondition": {"StringEquals": ["platformType", platform]}} if platform else declared


def content(description: str, parameters: Json, steps: t.Sequence[Json], schema: str = "2.2") -> Json:
    """The content of a document of schema 2.x."""
    return {"schemaVersion": schema, "description": description, "parameters": parameters, "mainSteps": list(steps)}


def plugin_content(description: str, parameters: Json, action: str, properties: Json) -> Json:
    """The content of a document of schema 1.2 with one plugin."""
    return {
        "schemaVersion": "1.2",
        "description": description,
        "parameters": parameters,
        "runtimeConfig": {action: {"properties": [{"id": f"0.{action}", **properties}]}},
    }
