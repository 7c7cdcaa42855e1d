# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations that clients do not sign are those of botocore's models."""

from __future__ import annotations

import botocore.session
from local_aws.wire import unsigned

Names = set[tuple[str, str]]


def test_the_list_is_botocores() -> None:
    loader = botocore.session.get_session().get_component("data_loader")
    found: Names = set()
    for service in loader.list_available_services("service-2"):
        model = loader.load_service_model(service, "service-2")
        prefix = model["metadata"].get("targetPrefix", "")
        for name, operation in model["operations"].items():
            if operation.get("authtype") == "none" or "smithy.api#noAuth" in operation.get("auth", ()):
                found.add((prefix, name))
    listed: Names = {(prefix, name) for prefix, names in unsigned.BY_TARGET.items() for name in names}
    listed |= {("", name) for name in unsigned.BY_ACTION | set(unsigned.BY_PATH.values())}
    # One address serves both; which of them is asked for does not matter to who answers neither.
    assert listed | {("", "CreateOAuth2TokenWithTokenExchange")} == found | {("", "CreateOAuth2TokenWithTokenExchange")}
