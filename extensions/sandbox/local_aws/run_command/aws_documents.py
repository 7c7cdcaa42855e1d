# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS-owned documents by name: parameters, platforms and versions as AWS documents them, steps of our own. Pure.

The two that run a script given in their parameters are in documents.py.
"""

from __future__ import annotations

import typing as t

from . import aws_script_documents, aws_software_documents

if t.TYPE_CHECKING:
    from .aws_declarations import AwsDocument

AWS_DOCUMENTS: t.Final[t.Mapping[str, AwsDocument]] = {
    document.name: document for document in (*aws_script_documents.DOCUMENTS, *aws_software_documents.DOCUMENTS)
}
