# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of the agent's plugins, the actions of documents' steps.

Source: "Command document plugin reference" of the AWS Systems Manager user guide.
"""

from __future__ import annotations

import typing as t

APPLICATIONS: t.Final = "aws:applications"
CLOUDWATCH: t.Final = "aws:cloudWatch"
CONFIGURE_PACKAGE: t.Final = "aws:configurePackage"
DOWNLOAD_CONTENT: t.Final = "aws:downloadContent"
POWERSHELL: t.Final = "aws:runPowerShellScript"
PS_MODULE: t.Final = "aws:psModule"
REFRESH_ASSOCIATION: t.Final = "aws:refreshAssociation"
RUN_DOCUMENT: t.Final = "aws:runDocument"
SHELL: t.Final = "aws:runShellScript"
SOFTWARE_INVENTORY: t.Final = "aws:softwareInventory"
UPDATE_SSM_AGENT: t.Final = "aws:updateSsmAgent"
