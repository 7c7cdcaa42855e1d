# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many EC2 instances at once: moto's RunInstances takes 100 s for 10,000, a copy of one takes a second."""

from __future__ import annotations

import copy
import json
import typing as t

from moto.ec2.models.instances import Instance
from moto.ec2.utils import random_instance_id

if t.TYPE_CHECKING:
    from .data import MotoData

SEED_ROLE = "sandbox-seeded-nodes"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
# What a node needs to be managed and to write its output wherever it is told to.
_AGENT_ACTIONS = ["ssm:*", "ssmmessages:*", "ec2messages:*", "s3:PutObject", "logs:*"]
_AGENT_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": _AGENT_ACTIONS, "Resource": "*"}],
}


class SeededInstance(Instance):
    """An instance copied from another; its tags are found without moto's walk over every resource's."""

    def get_tags(self) -> list[dict[str, str]]:
        """Tags as moto writes them."""
        return [
            {"resource_id": self.id, "key": key, "value": value, "resource_type": "instance"}
            for key, value in self.ec2_backend.tags.get(self.id, {}).items()
        ]

    def __del__(self) -> None:
        """The address belongs to the instance this was copied from, which gives it back."""


def seed_instances(moto: MotoData, region: str, number: int, tags: t.Mapping[str, str]) -> list[str]:
    """Put instances into EC2 that are managed nodes, each with these tags; their ids."""
    with moto.lock:
        backend = moto.backend("ec2", region)
        reservation = backend.run_instances(
            "ami-00000000",
            1,
            None,
            [],
            instance_type="t3.micro",
            is_instance_type_default=False,
            region_name=region,
        )
        template = reservation.instances[0]
        template_association = backend.associate_iam_instance_profile(template.id, _profile(moto))
        reservation.instances.extend(_copy_of(template) for _number in range(number - 1))
        for instance in reservation.instances:
            backend.tags[instance.id].update(tags)
            association = copy.copy(template_association)
            association.instance, association.instance_id = instance, instance.id
            association.association_id = instance.id.replace("i-", "iip-assoc-")
            backend.iam_instance_profile_associations[instance.id] = association
        return [instance.id for instance in reservation.instances]


def _copy_of(template: Instance) -> SeededInstance:
    instance = t.cast("t.Any", copy.copy(template))
    instance.__class__ = SeededInstance
    instance.id = random_instance_id()
    return t.cast("SeededInstance", instance)


def _profile(moto: MotoData) -> str:
    iam = moto.backend("iam", "aws")
    if not any(profile.name == SEED_ROLE for profile in iam.instance_profiles.values()):
        iam.create_role(
            role_name=SEED_ROLE,
            assume_role_policy_document=json.dumps(_TRUST),
            path="/",
            permissions_boundary=None,
            description="Nodes seeded by the sandbox",
            tags=[],
            max_session_duration="3600",
        )
        iam.put_role_policy(SEED_ROLE, "agent", json.dumps(_AGENT_POLICY))
        iam.create_instance_profile(name=SEED_ROLE, path="/", role_names=[SEED_ROLE], tags=[])
    return SEED_ROLE
