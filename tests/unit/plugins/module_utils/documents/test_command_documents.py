# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The wanted document, and how one that exists is read."""

from __future__ import annotations

import pytest
from ansible_collections.ssmops.run_command.plugins.module_utils.documents import command_documents
from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError


@pytest.mark.parametrize("name", ["ab", "AWS-Restart", "amazonRestart", "amzn-x", "with space", "a" * 129])
def test_a_name_that_aws_refuses_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="is not the name of a document"):
        command_documents.DocumentSpec(name)


def test_a_document_of_another_type_is_refused() -> None:
    answer = {"Name": "Patch", "DocumentType": "Automation", "DocumentVersion": "1", "Content": "{}"}
    with pytest.raises(RequestError, match="type Automation"):
        command_documents.read(answer, {})
