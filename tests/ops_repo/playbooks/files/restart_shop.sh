#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Restarts the shop, and fails unless it is healthy afterwards. On a node of the sandbox, its files are in the node's own directory.
set -eu
shop=${SANDBOX_NODE_DIRECTORY:-/srv/shop}
echo "restarted on $(hostname)" >>"$shop/shop.log"
test ! -e "$shop/unhealthy"
echo healthy
