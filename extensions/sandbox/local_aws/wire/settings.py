# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a sandbox is started with."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass
class Settings:
    """Behaviour a test may want otherwise; seconds where a number is a time.

    time_scale multiplies the timeouts (TimeoutSeconds, executionTimeout), not what scripts or simulated nodes take.
    agent_poll_seconds: how long a real agent that asks for messages waits for one; it gives up after 20.
    service_year: texts of errors are those AWS had in that year, where it has changed them.
    strict_environment: scripts have no HOME even where ~ then is the home of the user who runs the sandbox.
    """

    consistency_gap: float = 0.2
    list_commands_gap: float = 0.0
    target_growth: float = 0.0
    time_scale: float = 1.0
    delivery_delay: float = 0.02
    redelivery_interval: float = 1.0
    reboot_seconds: float = 0.3
    max_reboots: int = 14
    log_upload_interval: float = 1.0
    strict_environment: bool = False
    service_year: int = 2026
    max_pending_invocations: int | None = None
    agent_poll_seconds: float = 5.0
