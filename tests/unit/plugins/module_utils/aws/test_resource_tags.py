# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags as SSM keeps them, on botocore's own stubs."""

from __future__ import annotations

from ansible_collections.ssmops.run_command.plugins.module_utils.aws import resource_tags

from tests.support.service_models import stubbed_client


def test_a_resource_that_ssm_does_not_have_is_none() -> None:
    with stubbed_client("ssm") as (client, stub):
        asked = {"ResourceType": "Document", "ResourceId": "ops"}
        stub.add_response("list_tags_for_resource", {"TagList": [{"Key": "a", "Value": "b"}]}, asked)
        stub.add_client_error("list_tags_for_resource", "InvalidResourceId")
        assert resource_tags.list_resource_tags(client, "Document", "ops") == {"a": "b"}
        assert resource_tags.list_resource_tags(client, "Document", "ops") is None
