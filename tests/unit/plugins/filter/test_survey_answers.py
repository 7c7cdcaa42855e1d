# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter's arguments; how answers are read is tested below module_utils/task."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.ssmops.run_command.plugins.filter.survey_answers import FilterModule

survey_answers = FilterModule().filters()["survey_answers"]


def test_answers_and_problems() -> None:
    questions = {"hours": {"type": "int"}, "name": {"type": "str", "description": "for people"}}
    assert survey_answers({"hours": "x", "name": "a", "more": 1}, questions) == {
        "answers": {"hours": None, "name": "a"},
        "problems": ["hours is 'x': it must be a whole number."],
    }


def test_a_question_of_no_known_type_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="hours has the type 'integer'; allowed are age, bool"):
        survey_answers({}, {"hours": {"type": "integer"}})
