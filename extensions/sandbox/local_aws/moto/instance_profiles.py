# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RunInstances gives its profile to every instance."""

from __future__ import annotations

import typing as t

from moto.ec2.models.instances import InstanceBackend

from .patching import Correction, wrap

CORRECTIONS: t.Final = (
    Correction(
        "RunInstances with a profile", "gives it to the first of the instances only", "every instance has the profile"
    ),
)


def apply() -> None:
    """Put the correction in place."""
    wrap(InstanceBackend, "run_instances", _run_instances)


def _run_instances(original: t.Any, backend: t.Any, *args: t.Any, **keywords: t.Any) -> t.Any:
    reservation = original(backend, *args, **keywords)
    name, arn = keywords.get("iam_instance_profile_name"), keywords.get("iam_instance_profile_arn")
    # Who called this gives it to the first, and would be refused if the first had it.
    for instance in reservation.instances[1:]:
        if name or arn:
            backend.associate_iam_instance_profile(instance.id, name, arn)
    return reservation
