# Copyright: (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from local_aws.run_command import outputs


def test_output_of_a_plugin_is_cut_with_its_separator() -> None:
    assert outputs.plugin_output("out\n", "") == "out\n"
    assert outputs.plugin_output("out\n", "err") == "out\n\n----------ERROR-------\nerr"
    assert len(outputs.plugin_output("x" * 3_000, "err")) == 2_500


def test_bytes_that_are_not_text_are_replaced_one_by_one() -> None:
    assert outputs.decode(b"a\xff\xfeb") == "a\ufffd\ufffdb"
