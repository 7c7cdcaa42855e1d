#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# build_archive.sh DIRECTORY VERSION: builds the collection's archive in DIRECTORY and checks it as Galaxy does.
set -eu
directory=$(mkdir -p "$1" && cd "$1" && pwd)
archive=$directory/ssmops-run_command-$2.tar.gz

ansible-galaxy collection build --force --output-path "$directory" .
# make lint checks the checkout; here only the importer's own checks run.
cd "$directory"
GALAXY_IMPORTER_RUN_ANSIBLE_LINT=false python -m galaxy_importer.main "$archive" >importer.log 2>&1 || {
  grep -v '^Loading' importer.log
  exit 1
}
if grep -E "^(WARNING|ERROR)" importer.log; then
  echo "galaxy-importer has something to say; the whole log is $directory/importer.log" >&2
  exit 1
fi
echo "$archive is as Galaxy takes it"
