# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWX allows in a custom credential type, and what it injects into a job. Pure."""

from __future__ import annotations

import re
import typing as t

import jinja2
from jinja2 import sandbox

from .fields import InvalidValueError
from .kinds import Json

_FILE: t.Final = re.compile(r"^template(\.[a-zA-Z_]+[a-zA-Z0-9_]*)?$")
_VARIABLE: t.Final = re.compile(r"^[a-zA-Z_]+[a-zA-Z0-9_]*$")
_RESERVED: t.Final = frozenset(
    {
        "VIRTUAL_ENV",
        "PATH",
        "PYTHONPATH",
        "JOB_ID",
        "INVENTORY_ID",
        "INVENTORY_SOURCE_ID",
        "AD_HOC_COMMAND_ID",
        "REST_API_URL",
    }
    | {
        "REST_API_TOKEN",
        "MAX_EVENT_RES",
        "CALLBACK_QUEUE",
        "CALLBACK_CONNECTION",
        "CACHE",
        "INVENTORY_HOSTVARS",
        "HOME",
    }
)
_FIELD_KEYS: t.Final = {
    "id",
    "label",
    "type",
    "format",
    "secret",
    "default",
    "help_text",
    "multiline",
    "choices",
    "ask_at_runtime",
}


class Injection(t.NamedTuple):
    """What a job gets: its environment, its files by their name after C(template.), its extra variables."""

    env: dict[str, str]
    files: dict[str, str]
    extra_vars: Json


def check_inputs(inputs: Json) -> None:
    """Raise InvalidValueError if AWX would not take these inputs."""
    if not set(inputs) <= {"fields", "required", "metadata", "dependencies"}:
        raise InvalidValueError("Additional properties are not allowed in inputs.")
    ids = [field.get("id") for field in inputs.get("fields", [])]
    for field in inputs.get("fields", []):
        _check_input(field)
    for name in ids:
        if ids.count(name) > 1:
            raise InvalidValueError(f"field IDs must be unique ({name})")
    for name in inputs.get("required", []):
        if name not in ids:
            raise InvalidValueError(f"'required' names {name}, which is not one of the fields.")


def _check_input(field: Json) -> None:
    for key in ("id", "label"):
        if not isinstance(field.get(key), str):
            raise InvalidValueError(f"'{key}' is a required property")
    if field["id"] == "tower":
        raise InvalidValueError('"tower" is a reserved field name')
    if not _VARIABLE.match(field["id"]):
        raise InvalidValueError(f"{field['id']} is an invalid variable name")
    if field.get("type", "string") not in ("string", "boolean"):
        raise InvalidValueError(f"'{field['type']}' is not one of ['string', 'boolean']")
    if not set(field) <= _FIELD_KEYS:
        raise InvalidValueError(f"Additional properties are not allowed in {field['id']}.")
    if "default" in field and field.get("secret"):
        raise InvalidValueError("secret fields have no default")


def check_injectors(injectors: Json, inputs: Json) -> None:
    """Raise InvalidValueError if AWX would not take these injectors beside these inputs."""
    if not set(injectors) <= {"env", "file", "extra_vars"}:
        raise InvalidValueError("Additional properties are not allowed in injectors.")
    files = injectors.get("file", {})
    for name in files:
        if not _FILE.match(name):
            raise InvalidValueError(
                f"'{name}' does not match any of the regexes: '^template(\\\\.[a-zA-Z_]+[a-zA-Z0-9_]*)?$'"
            )
    if "template" in files and len(files) > 1:
        raise InvalidValueError("Must use multi-file syntax when injecting multiple files")
    for name in injectors.get("env", {}):
        _check_environment_variable(name)
    for field in inputs.get("fields", []):
        if field["id"] == "tower":
            raise InvalidValueError('"tower" is a reserved field name')
    try:
        inject(injectors, {field["id"]: "EXAMPLE" for field in inputs.get("fields", [])})
    except jinja2.UndefinedError as error:
        raise InvalidValueError(f"uses an undefined field ({error})") from None
    except jinja2.TemplateSyntaxError as error:
        raise InvalidValueError(f"Syntax error rendering template ({error})") from None


def _check_environment_variable(name: str) -> None:
    if not _VARIABLE.match(name):
        raise InvalidValueError(f"'{name}' does not match any of the regexes: '^[a-zA-Z_]+[a-zA-Z0-9_]*$'")
    if name.startswith("ANSIBLE_"):
        raise InvalidValueError(
            f"Environment variable {name} may affect Ansible configuration so its use is not allowed in credentials."
        )
    if name in _RESERVED:
        raise InvalidValueError(f"Environment variable {name} is not allowed to be used in credentials.")


def inject(injectors: Json, values: Json, paths: t.Mapping[str, str] | None = None) -> Injection:
    """What a job with a credential of these values gets.

    :param paths: where each file will be, by its name after C(template.); by default a path below C(/runner).
    """
    environment = sandbox.ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    names = [name.partition(".")[2] for name in injectors.get("file", {})]
    places = {name: (paths or {}).get(name, f"/runner/env/{name or 'file'}") for name in names}
    tower = {"filename": places.get("", places)}

    def rendered(template: t.Any) -> str:
        return environment.from_string(str(template)).render(**values, tower=tower)

    files = injectors.get("file", {})
    return Injection(
        env={name: rendered(template) for name, template in injectors.get("env", {}).items()},
        files={
            name.partition(".")[2]: environment.from_string(template).render(**values)
            for name, template in files.items()
        },
        extra_vars={name: rendered(template) for name, template in injectors.get("extra_vars", {}).items()},
    )
