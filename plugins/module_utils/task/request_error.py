# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors in the user's request, found before AWS is called."""

from __future__ import annotations

import typing as t

HIDDEN: t.Final = "(hidden by no_log)"


class RequestError(ValueError):
    """An invalid request: one sentence with the argument, the value and what is allowed.

    `without_value` is the sentence for a task with C(no_log): what it names, without the value.
    """

    def __init__(self, text: str, without_value: str | None = None) -> None:
        super().__init__(text)
        self.without_value = text if without_value is None else without_value

    @classmethod
    def of_value(cls, subject: str, value: object, allowed: str) -> RequestError:
        """C(SUBJECT VALUE: ALLOWED), such as C(timeout_seconds is 5: it must be from 30 to 2592000.)."""
        return cls(f"{subject} {value!r}: {allowed}", f"{subject} {HIDDEN}: {allowed}")
