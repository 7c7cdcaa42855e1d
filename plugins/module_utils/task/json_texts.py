# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Equivalent JSON texts. Pure."""

from __future__ import annotations

import json
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


def load_object(argument: str, value: t.Any) -> dict[str, t.Any]:
    """A dictionary, or a JSON text that contains one, as a dictionary.

    :raises RequestError: it is neither; the message names `argument`.
    """
    if isinstance(value, dict):
        return value
    try:
        loaded = json.loads(value)
    except ValueError as error:
        raise RequestError(f"{argument}: {value!r} is not JSON ({error}); allowed is a dictionary.") from None
    if isinstance(loaded, dict):
        return loaded
    raise RequestError(f"{argument}: {value!r} is not a dictionary.")


def dump(value: t.Any) -> str:
    """The shortest JSON text; keeps the order of keys."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def meaning(text: str) -> t.Any:
    """The value of a JSON text, or the text itself if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text
