# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tags that SSM stores for its own resources: one API call per function."""

from __future__ import annotations

import typing as t

from ansible_collections.amazon.aws.plugins.module_utils.tagging import boto3_tag_list_to_ansible_dict
from ansible_collections.ssmops.run_command.plugins.module_utils.aws.calls import answer_field, aws_lookup

if t.TYPE_CHECKING:
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_ssm.literals import ResourceTypeForTaggingType


@aws_lookup("list the tags of the resource", missing=["InvalidResourceId"])
def list_resource_tags(
    client: SSMClient, resource_type: ResourceTypeForTaggingType, resource_id: str
) -> dict[str, str]:
    """The tags of a managed instance or a document; None if it does not exist in SSM."""
    answer = client.list_tags_for_resource(ResourceType=resource_type, ResourceId=resource_id)
    return t.cast("dict[str, str]", boto3_tag_list_to_ansible_dict(answer_field(answer, "TagList")))
