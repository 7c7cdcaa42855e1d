#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# build_docs.sh DIRECTORY: builds the pages of all plugins, roles and guides as HTML; warnings are errors.
set -eu
directory=$1
rm -rf "$directory"
mkdir -p "$directory/rst"
antsibull-docs collection --use-current --fail-on-error --squash-hierarchy --dest-dir "$directory/rst" ssmops.run_command
# Pages of amazon.aws and Ansible itself are not part of this build, so references to them (ref.ref) are unresolved.
sphinx-build --quiet --fail-on-warning --keep-going --isolated -b html -D project=ssmops.run_command \
  -D extensions=sphinx_antsibull_ext -D html_theme=basic -D suppress_warnings=ref.ref \
  "$directory/rst" "$directory/html"
echo "The documentation is in $directory/html/index.html"
