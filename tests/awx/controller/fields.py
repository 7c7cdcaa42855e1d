# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of fields, as Django REST framework takes them, with its messages. Pure."""

from __future__ import annotations

import typing as t

import yaml

from .kinds import Field, Json

MAX_NAME: t.Final = 512


class InvalidValueError(Exception):
    """A value that a field does not take; its text is the message of the response."""


def clean(field: Field, value: t.Any) -> t.Any:
    """`value` as the field stores it; raises InvalidValueError. Whether the object of an ID exists, is not checked."""
    if value is None:
        if field.null:
            return None
        raise InvalidValueError("This field may not be null.")
    return _CLEANERS[field.kind](field, value)


def _string(field: Field, value: t.Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise InvalidValueError("Not a valid string.")
    text = str(value).strip()
    if field.required and not text:
        raise InvalidValueError("This field may not be blank.")
    if field.required and len(text) > MAX_NAME:
        raise InvalidValueError(f"Ensure this field has no more than {MAX_NAME} characters.")
    return text


def _integer(field: Field, value: t.Any) -> int:
    if isinstance(value, bool) or not str(value).lstrip("-").isdecimal():
        raise InvalidValueError("A valid integer is required.")
    number = int(value)
    if field.least is not None and number < field.least:
        raise InvalidValueError(f"Ensure this value is greater than or equal to {field.least}.")
    return number


def _boolean(_field: Field, value: t.Any) -> bool:
    if value in (True, "true", "True", "1", "yes", "on"):
        return True
    if value in (False, "false", "False", "0", "no", "off"):
        return False
    raise InvalidValueError("Must be a valid boolean.")


def _choice(field: Field, value: t.Any) -> t.Any:
    for choice in field.choices:
        if str(choice) == str(value) and not isinstance(value, bool):
            return choice
    raise InvalidValueError(f'"{value}" is not a valid choice.')


def _id(_field: Field, value: t.Any) -> int | None:
    if value == "":
        return None
    if isinstance(value, bool) or not str(value).isdecimal():
        raise InvalidValueError(f"Incorrect type. Expected pk value, received {type(value).__name__}.")
    return int(value)


def _json(_field: Field, value: t.Any) -> Json:
    if isinstance(value, str):
        value = variables_of(value)
    if not isinstance(value, dict):
        raise InvalidValueError(f"Expected a dictionary of items but got type {type(value).__name__}.")
    return value


def _variables(_field: Field, value: t.Any) -> str:
    if not isinstance(value, str):
        raise InvalidValueError("Not a valid string.")
    variables_of(value)
    return value


def variables_of(text: str) -> Json:
    """The variables of JSON or YAML text; raises InvalidValueError."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidValueError(f"Cannot parse as JSON (error: {error}) or YAML (error: {error}).") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InvalidValueError("Variables must be a dictionary.")
    return found


_CLEANERS: t.Final[dict[str, t.Callable[[Field, t.Any], t.Any]]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "choice": _choice,
    "id": _id,
    "json": _json,
    "variables": _variables,
}
