#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# build_docs.sh DIRECTORY SPHINX_BUILD: builds the pages of all plugins, roles and guides as HTML; warnings are errors.
set -eu
directory=$1
sphinx_build=$2
rm -rf "$directory"
mkdir -p "$directory/rst"
antsibull-docs --config-file scripts/docsite/antsibull-docs.cfg collection --use-current --fail-on-error --squash-hierarchy \
  --dest-dir "$directory/rst" ssmops.run_command
"$sphinx_build" --quiet --fail-on-warning --keep-going -b html -c scripts/docsite "$directory/rst" "$directory/html"
echo "The documentation is in $directory/html/index.html"
