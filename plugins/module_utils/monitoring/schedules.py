# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Schedules of EventBridge rules: what is none, and what never comes. Pure.

Source: Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules (legacy)".
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

RATE_PATTERN: t.Final = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)")
CRON_PATTERN: t.Final = re.compile(r"cron\((\S+(?: \S+){5})\)")
FORMS: t.Final = "allowed are rate(1 hour), rate(5 minutes) and cron() with six fields like cron(0 3 * * ? *)."
MONTHS: t.Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS: t.Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# The most days that a month can have.
DAYS: t.Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ITEM_PATTERN: t.Final = re.compile(r"(?P<first>\*|\w+)(-(?P<last>\w+))?(/(?P<step>\d+))?")


@dataclasses.dataclass(frozen=True)
class _Field:
    """A field of a cron expression; `others` is what it may be besides numbers, ranges and steps."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    others: str = r"(?!)"

    def values(self, text: str) -> list[int] | None:
        """The numbers that the field stands for; None for one of `others`. Raises ValueError."""
        if re.fullmatch(self.others, text, re.IGNORECASE):
            return None
        return [number for item in text.split(",") for number in self._item(item)]

    def _item(self, text: str) -> range:
        match = ITEM_PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        is_all = match["first"] == "*"
        first = self.low if is_all else self._number(match["first"])
        last = self._number(match["last"]) if match["last"] else self.high if is_all or match["step"] else first
        step = int(match["step"] or 1)
        if not (self.low <= first <= last <= self.high) or step < 1 or (is_all and match["last"]):
            raise ValueError(text)
        return range(first, last + 1, step)

    def _number(self, text: str) -> int:
        return self.words.index(text.upper()) + 1 if text.upper() in self.words else int(text)


FIELDS: t.Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31, others=r"\?|L|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, MONTHS),
    _Field("day of week", 1, 7, WEEKDAYS, others=r"\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])"),
    _Field("year", 1970, 2199),
)


def check_schedule(argument: str, expression: str) -> None:
    """Raise RequestError, naming `argument`, for what is no schedule, or one that never comes."""
    if RATE_PATTERN.fullmatch(expression):
        return
    cron = CRON_PATTERN.fullmatch(expression)
    if cron is None:
        raise RequestError(f"{argument}: {expression!r} is not a schedule; {FORMS}")
    found: dict[str, list[int] | None] = {}
    texts = dict(zip((field.name for field in FIELDS), cron[1].split(" "), strict=True))
    for field in FIELDS:
        try:
            found[field.name] = field.values(texts[field.name])
        except ValueError:
            raise RequestError(
                f"{argument}: {expression!r} has the {field.name} {texts[field.name]}; "
                f"allowed are {field.low} to {field.high}, *, and lists, ranges and steps of them."
            ) from None
    if (texts["day of month"] == "?") == (texts["day of week"] == "?"):
        raise RequestError(
            f"{argument}: {expression!r} has the day of month {texts['day of month']} and the day of week "
            f"{texts['day of week']}; allowed is ? for exactly one of them."
        )
    _check_days(argument, expression, found["day of month"], found["month"])


def _check_days(argument: str, expression: str, days: list[int] | None, months: list[int] | None) -> None:
    if days and months and all(day > DAYS[month - 1] for day in days for month in months):
        raise RequestError(f"{argument}: {expression!r} never comes: none of its months has such a day.")
