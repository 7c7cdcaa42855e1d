# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The accounts a Command document is shared with: what may be asked for, and what changes. Pure.

Sources: ModifyDocumentPermission in botocore's model of ssm, and "Sharing SSM documents" of the user guide.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task import counted
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Sequence

EVERYBODY: t.Final = "all"
MAX_ACCOUNTS: t.Final = 1_000
_ACCOUNT: t.Final = re.compile(r"[0-9]{12}")
# More than these are counted in a sentence.
_NAMED: t.Final = 3


@dataclasses.dataclass(frozen=True)
class Change:
    """The accounts, or C(all), of a document before and after, and those to add and to remove."""

    before: list[str]
    after: list[str]

    @property
    def to_add(self) -> list[str]:
        """The new ones."""
        return sorted(set(self.after) - set(self.before))

    @property
    def to_remove(self) -> list[str]:
        """Those that go."""
        return sorted(set(self.before) - set(self.after))

    def __bool__(self) -> bool:
        return self.before != self.after


def check(account_ids: Sequence[str] | None, share_with_all: bool) -> None:
    """Raise RequestError for accounts that a document cannot be shared with; everybody must be asked for twice."""
    wanted = [one.lower() for one in account_ids or []]
    for account in wanted:
        if account != EVERYBODY and not _ACCOUNT.fullmatch(account):
            raise RequestError(f"account_ids: {account!r} is not an account; allowed are 12 digits, or 'all'.")
    if EVERYBODY in wanted and len(set(wanted)) > 1:
        raise RequestError("account_ids: 'all' is given with accounts; allowed are accounts, or 'all' alone.")
    if (EVERYBODY in wanted) != share_with_all:
        raise RequestError(
            "share_with_all: a document is shared with everybody only by account_ids=all and share_with_all=true "
            "together; allowed are both or neither."
        )
    if len(set(wanted)) > MAX_ACCOUNTS:
        raise RequestError(f"account_ids: there are {len(wanted)}; allowed are at most {MAX_ACCOUNTS} of a document.")


def change(current: Sequence[str], account_ids: Sequence[str], purge: bool, is_own: bool = True) -> Change:
    """The change to the wanted accounts; a document is shared with accounts or with everybody, never with both.

    :param is_own: whether the collection made the document; otherwise, what it is shared with stays.
    :raises RequestError: it is shared with everybody, or would be, and what is there is not to be removed.
    """
    wanted = {one.lower() for one in account_ids}
    after = wanted if purge and is_own else wanted | set(current)
    if EVERYBODY in after and len(after) > 1:
        way = "set purge_account_ids=true to replace one by the other"
        raise RequestError(
            f"account_ids: the document is shared with {named(current)}, and cannot be shared with everybody and with "
            f"accounts; {way if is_own else 'what others share stays when it is adopted'}."
        )
    return Change(sorted(current), sorted(after))


def named(account_ids: Sequence[str]) -> str:
    """The accounts in a sentence."""
    return "everybody" if EVERYBODY in account_ids else counted.named(account_ids, _NAMED)
