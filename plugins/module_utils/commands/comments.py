# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The comment of a command: the user's text, and the marks by which a task finds its commands again. Pure.

The format: the text, C(AWX job ID), C(AWX workflow ID) and C(AWX template ID) in a job of AWX, C(token=CLIENT_TOKEN),
C(part 2/10) or C(again 1), and the token of the request, which is always at the end.
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import typing as t
import uuid

if t.TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_ssm.type_defs import CommandTypeDef

# SendCommand's limit (API reference), in characters.
MAX_COMMENT_LENGTH = 100
MAX_CLIENT_TOKEN_LENGTH = 36
# "ssmops-" and 16 hexadecimal digits: identifies the command after a lost response. The last 4 number the
# requests of a task.
TOKEN_LENGTH = 23
_TASK_LENGTH = TOKEN_LENGTH - 4
_MARKS = re.compile(
    rf"(?:^| )(?:token=(?P<client_token>[A-Za-z0-9._-]{{1,{MAX_CLIENT_TOKEN_LENGTH}}}) )?"
    r"(?:part (?P<part>\d+)/(?P<parts>\d+) |again (?P<again>\d+) )?(?P<token>ssmops-[0-9a-f]{16})\Z"
)
_ORIGIN = re.compile(r"AWX (job|template|workflow) (?=\d)")
_IMITATION = re.compile(r"(?:^| )(?:token=\S+|part \S+|again \S+)\Z")


@dataclasses.dataclass(frozen=True)
class Marks:
    """The marks of one command.

    :param token: the token of the request, which no other command has.
    :param client_token: the user's, which all commands of the task have.
    :param part: the number of this command, from 1, and of all commands, if the task has more than 50 node IDs.
    :param again: how many times the task had sent to these nodes before.
    """

    token: str
    client_token: str | None = None
    part: tuple[int, int] = (1, 1)
    again: int = 0

    def is_of_same_task(self, other: Marks) -> bool:
        """Whether both commands are of one task, or of tasks with one client token."""
        if self.client_token or other.client_token:
            return self.client_token == other.client_token
        return bool(self.token) and self.token[:_TASK_LENGTH] == other.token[:_TASK_LENGTH]


def new_tokens() -> Iterator[str]:
    """The tokens of a task's requests, in order: no other request has one of them."""
    task = f"ssmops-{uuid.uuid4().hex}"[:_TASK_LENGTH]
    return (f"{task}{number:04x}" for number in itertools.count(1))


def comment_of(marks: Marks, text: str, origin: Sequence[str] = ()) -> str:
    """The comment with the marks, and as much of `origin` and then of the text as fits.

    :param origin: words on what sends the command, the most important first.
    """
    # A text that quotes another job must not be found as that job's.
    text = _ORIGIN.sub(r"AWX \1 #", text.strip())
    words = [
        f"token={marks.client_token}" if marks.client_token else "",
        "part {}/{}".format(*marks.part) if marks.part != (1, 1) else "",
        f"again {marks.again}" if marks.again else "",
        marks.token,
    ]
    ending = " ".join(word for word in words if word)
    room = MAX_COMMENT_LENGTH - len(ending) - 1
    fitting = next(kept for count in range(len(origin), -1, -1) if len(kept := " ".join(origin[:count])) <= room)
    if fitting:
        return f"{text[: max(room - len(fitting) - 1, 0)].rstrip()} {fitting} {ending}".lstrip()
    shown = text[:room].rstrip()
    if _IMITATION.search(shown):
        # Text that looks like marks is kept apart from them.
        shown = f"{text[: room - 2].rstrip()} ;"
    return f"{shown} {ending}".lstrip()


def marks_of_command(command: CommandTypeDef) -> Marks:
    """The marks of a command; of one that is not from this collection, those of no task."""
    return marks_of(command.get("Comment", "")) or Marks("")


def marks_of(comment: str) -> Marks | None:
    """The marks in the comment of a command; None if it is not from this collection."""
    found = _MARKS.search(comment)
    if found is None:
        return None
    part = (int(found["part"]), int(found["parts"])) if found["part"] else (1, 1)
    return Marks(found["token"], found["client_token"], part, int(found["again"] or 0))
