# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sandbox's code answers in this process, as botocore gets it in place of a request."""

from __future__ import annotations

import typing as t

from botocore.parsers import create_parser
from local_aws.wire import messages, protocols
from local_aws.wire.errors import ApiError

if t.TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import OperationModel


class _Http(t.NamedTuple):
    """What botocore reads of an answer besides its body."""

    status_code: int


def parsed(model: OperationModel, find: Callable[[], dict[str, t.Any] | None]) -> t.Any:
    """The answer or ApiError of `find`, as a handler of before-call returns it; None if it finds nothing."""
    try:
        found = find()
        answer = None if found is None else messages.json_answer(found)
    except ApiError as error:
        answer = protocols.error_answer(error, protocols.JSON)
    if answer is None:
        return None
    response = {"status_code": answer.status, "headers": {}, "body": answer.body}
    return _Http(answer.status), create_parser("json").parse(response, t.cast("t.Any", model.output_shape))
