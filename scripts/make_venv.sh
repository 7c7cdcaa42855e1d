#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# make_venv.sh PYTHON DIRECTORY REQUIREMENTS: creates a virtual environment with the requirements, with uv if available.
set -eu
python=$1
directory=$2
requirements=$3

by_uv() {
  uv venv --quiet --seed --allow-existing --python "$python" "$directory" &&
    uv pip install --quiet --python "$directory/bin/python" -r "$requirements"
}

# The package ansible has 20,000 files, of which hardly any is imported; Python compiles those that are.
by_pip() {
  "$python" -m venv "$directory" && "$directory/bin/python" -m pip install --quiet --no-compile -r "$requirements"
}

echo "Making $directory with $("$python" -V), once"
if command -v uv >/dev/null 2>&1; then
  # uv does not read pip's configuration files; where the index is named only there, pip can reach it.
  by_uv || { echo "uv could not; trying pip" >&2; by_pip; }
else
  by_pip
fi
