# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedule expressions of EventBridge rules. Pure.

Source: EventBridge user guide, "Setting a schedule pattern".
"""

from __future__ import annotations

import re
import typing as t

_RATE: t.Final = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)")
_CRON: t.Final = re.compile(r"cron\((\S+(?: \S+){5})\)")
_MONTHS: t.Final = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS: t.Final = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# Lowest and highest number, words for numbers from 1 on, and what else may stand there.
_FIELDS: t.Final[tuple[tuple[int, int, list[str], str], ...]] = (
    (0, 59, [], r"(?!)"),
    (0, 23, [], r"(?!)"),
    (1, 31, [], r"\?|L|LW|\d+W"),
    (1, 12, _MONTHS, r"(?!)"),
    (1, 7, _DAYS, r"\?|L|\w+L|\w+#[1-5]"),
    (1970, 2199, [], r"(?!)"),
)


def is_schedule(expression: str) -> bool:
    """Whether EventBridge takes the expression."""
    cron = _CRON.fullmatch(expression)
    if cron is None:
        return _RATE.fullmatch(expression) is not None
    texts = cron[1].upper().split(" ")
    if (texts[2] == "?") == (texts[4] == "?"):
        return False
    return all(_fits(text, *field) for text, field in zip(texts, _FIELDS, strict=True))


def _fits(text: str, low: int, high: int, words: list[str], others: str) -> bool:
    if re.fullmatch(others, text):
        numbers = re.findall(r"\d+(?=[WL#])", text)
        return all(low <= int(number) <= high for number in numbers)
    return all(_is_item(item, low, high, words) for item in text.split(","))


def _is_item(item: str, low: int, high: int, words: list[str]) -> bool:
    base, _slash, step = item.partition("/")
    if _slash and not step.isdigit():
        return False
    if base == "*":
        return True
    numbers = [str(words.index(part) + 1) if part in words else part for part in base.split("-")]
    if len(numbers) > 2 or not all(number.isdigit() for number in numbers):
        return False
    return low <= int(numbers[0]) <= int(numbers[-1]) <= high
