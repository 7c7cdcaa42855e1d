# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How often to poll commands, and how far AWS's listings may lag behind. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

# Seconds between polls. The first ones are shorter, for commands of no length; later ones are a tenth of the time
# waited, so that polling adds at most this much to the command's time.
FIRST_PAUSE = 0.1
USUAL_PAUSE = 0.7
LONGEST_PAUSE = 5.0
PAUSE_SHARE = 0.1
# Seconds before something that lags behind is read again for the first time, if it is not one page only.
SHORTEST_PAUSE = 0.5
# Seconds within which AWS lists an accepted command, all invocations of a command that has ended, and their outputs.
VISIBILITY_DELAY = 60.0


class UnknownCommandError(AnsibleAWSError):
    """A command that AWS does not list."""

    def __init__(self, message: str) -> None:
        super().__init__(message)  # type: ignore[no-untyped-call]  # amazon.aws is untyped


def in_words(command_ids: Sequence[str]) -> str:
    """Commands as a part of a sentence: C(the command 11111111-2222-4333-8444-555555555555)."""
    return f"the command{'' if len(command_ids) == 1 else 's'} {', '.join(command_ids)}"


def pause_after(elapsed: float) -> float:
    """Seconds until the next poll, `elapsed` seconds after the wait began."""
    at_first = min(USUAL_PAUSE, max(FIRST_PAUSE, elapsed))
    return min(LONGEST_PAUSE, max(at_first, elapsed * PAUSE_SHARE))


def pause_before_looking_again(elapsed: float, shortest: float = SHORTEST_PAUSE) -> float:
    """Seconds until something that lags behind is read again, `elapsed` seconds after it was first missed."""
    return min(LONGEST_PAUSE, max(shortest, elapsed))
