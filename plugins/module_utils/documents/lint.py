# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a Command document a hole in a policy that limits senders to documents. Pure.

A rule is a function from the content to findings; CODES has the codes they may report.
"""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclasses.dataclass(frozen=True)
class Finding:
    """A finding about a document: a stable code, the path of the part, one sentence."""

    code: str
    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message} [{self.code}]"


def findings(data: Mapping[str, t.Any], skip: Collection[str] = ()) -> list[Finding]:
    """The findings about the content of a document, without those whose code is in `skip`."""
    found: list[Finding] = []
    return [finding for finding in found if finding.code not in skip]


CODES: tuple[str, ...] = ()
