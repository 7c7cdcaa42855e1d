# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tree that links to the checkout, while several steps of make use it."""

from __future__ import annotations

import typing as t

from scripts import tree

if t.TYPE_CHECKING:
    import pathlib


def test_a_right_link_is_left_alone(tmp_path: pathlib.Path) -> None:
    tree.link(tmp_path)
    before = (tmp_path / tree.COLLECTION).lstat().st_ctime_ns
    tree.link(tmp_path)
    assert (tmp_path / tree.COLLECTION).lstat().st_ctime_ns == before


def test_a_link_to_another_checkout_is_replaced(tmp_path: pathlib.Path) -> None:
    place = tmp_path / tree.COLLECTION
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path)
    tree.link(tmp_path)
    assert place.readlink() == tree.CHECKOUT
    assert list(place.parent.iterdir()) == [place]
