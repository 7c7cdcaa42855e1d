#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What the demo runs on each node: a look at its disk, and an exit code that says whether that will do.
used=$(cat "$SANDBOX_NODE_DIRECTORY/disk_used" 2>/dev/null || echo 41)
sleep 1
if [ "$used" -ge 90 ]; then
  echo "the disk of $(hostname) is $used % full" >&2
  exit 3
fi
echo "the disk of $(hostname) is $used % full, that will do"
