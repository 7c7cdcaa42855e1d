# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM answers which credentials of services a user has."""

from __future__ import annotations

import typing as t

from .patching import Correction

CORRECTIONS: t.Final = (Correction("ListServiceSpecificCredentials", "is missing", "there are none"),)
# amazon.aws asks for these before it deletes a user; nobody here can have one.
_NO_CREDENTIALS = (
    b'<ListServiceSpecificCredentialsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
    b"<ListServiceSpecificCredentialsResult><ServiceSpecificCredentials/></ListServiceSpecificCredentialsResult>"
    b"</ListServiceSpecificCredentialsResponse>"
)


def answer(operation: str) -> bytes | None:
    """The XML of an operation that moto lacks."""
    return _NO_CREDENTIALS if operation == "ListServiceSpecificCredentials" else None
