# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of YAML as the text that YAML has for them. Pure."""

from __future__ import annotations

import datetime
import json
import math
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


def scalar_text(where: str, value: t.Any) -> str:
    """The text of a scalar: C(true), C(2026-01-31), C(.inf). `where` names the value in an error.

    What YAML has read is gone, such as the last digit of C(1.10).

    :raises RequestError: the value is null, a list, a dictionary, or of a type that has no text.
    """
    if isinstance(value, str):
        return value
    if value is None:
        raise RequestError(f"{where} is null: it must have a value.")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else _not_finite(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, (int, datetime.date)):
        return str(value)
    raise RequestError(f"{where} has a value of the type {_type_name(value)}: it must be text.")


def json_text(where: str, value: t.Any) -> str:
    """`value` as JSON, in which scalars that JSON has not are texts.

    :raises RequestError: a value in it is of a type that has no text.
    """
    return json.dumps(_plain(where, value))


def _plain(where: str, value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {scalar_text(where, key): _plain(where, item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(where, item) for item in value]
    is_json = value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return value if is_json else scalar_text(where, value)


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    return ".inf" if value > 0 else "-.inf"


def _type_name(value: t.Any) -> str:
    if isinstance(value, (list, tuple)):
        return "list"
    return "dictionary" if isinstance(value, dict) else type(value).__name__
