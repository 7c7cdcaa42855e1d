#!/bin/sh
# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# find_python.sh MINIMUM [newest]: prints the path of a Python of at least version MINIMUM (3.11), or nothing.
# It prefers the user's python3; with "newest", it prefers the highest version, including those of pyenv.

minimum=$1
order=$2

candidates() {
  [ "$order" = newest ] || echo python3
  for minor in 14 13 12 11; do
    echo "python3.$minor"
    # A shim of pyenv shows where pyenv keeps the versions that are not on PATH.
    shim=$(command -v "python3.$minor") || continue
    case $shim in
      */shims/*) ls -d "${shim%/shims/*}/versions/3.$minor".*/bin/python 2>/dev/null ;;
    esac
  done
  echo python3
  echo python
}

candidates | while read -r candidate; do
  # A name on PATH may be a version manager's shim that runs nothing, or lack what makes virtual environments: so it is asked.
  found=$("$candidate" -c '
import ensurepip, sys, venv
wanted = tuple(map(int, sys.argv[1].split(".")))
print(getattr(sys, "_base_executable", sys.executable) if sys.version_info[:2] >= wanted else "")
' "$minimum" 2>/dev/null) || continue
  [ -n "$found" ] || continue
  echo "$found"
  break
done
