# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts about errors of AWS. Pure."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.dict_transformations import camel_dict_to_snake_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import error_code
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import HIDDEN

if t.TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError


def error_text(error: AnsibleAWSError, *, secret: bool) -> str:
    """What a message says of an error.

    :param secret: the task has C(no_log).
    """
    return _without_answer(error) if secret else shown_text(str(error))


def shown_text(text: str) -> str:
    """`text` without what botocore says of retries that its client does not make: the engine makes its own."""
    return text.replace(" (reached max retries: 0)", "")


def error_details(error: AnsibleAWSError) -> dict[str, t.Any]:
    """The fields of AWS's answer as amazon.aws's modules return them: C(error), C(response_metadata)."""
    response = getattr(error.exception, "response", None)
    return camel_dict_to_snake_dict(response) if isinstance(response, dict) else {}


def _without_answer(error: AnsibleAWSError) -> str:
    """What failed and AWS's code: AWS's message may quote the request."""
    if error.exception is None:
        # A sentence of the engine's own.
        return str(error)
    code = error_code(error) or type(error.exception).__name__
    return f"{error.message or 'The task failed'}: {code} {HIDDEN}"
