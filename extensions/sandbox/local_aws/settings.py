# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sandbox is started with."""

from __future__ import annotations

import dataclasses
import typing as t


@dataclasses.dataclass
class Settings:
    """Behaviour a test may want otherwise; seconds where a number is a time.

    time_scale multiplies the timeouts (TimeoutSeconds, executionTimeout), not what scripts or simulated nodes take.
    """

    consistency_gap: float = 0.2
    list_commands_gap: float = 0.0
    target_growth: float = 0.0
    time_scale: float = 1.0
    delivery_delay: float = 0.02
    redelivery_interval: float = 1.0
    reboot_seconds: float = 0.3
    max_reboots: int = 3
    log_upload_interval: float = 1.0
    max_pending_invocations: int | None = None

    @classmethod
    def from_mapping(cls, values: t.Mapping[str, t.Any]) -> Settings:
        """Settings from a configuration; ValueError names what is unknown or of the wrong type."""
        return dataclasses.replace(cls(), **cls.checked(values))

    @classmethod
    def checked(cls, values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The given settings, each checked to be a number not below 0."""
        names = {field.name for field in dataclasses.fields(cls)}
        for name, value in values.items():
            if name not in names:
                raise ValueError(f"{name} is not a setting; there are {', '.join(sorted(names))}")
            if name == "max_pending_invocations" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
                raise ValueError(f"{name} must be a number not below 0, not {value!r}")
        return dict(values)
