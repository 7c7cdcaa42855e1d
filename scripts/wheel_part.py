# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes a folder out of a wheel: python -m scripts.wheel_part WHEEL PREFIX DIRECTORY."""

from __future__ import annotations

import argparse
import sys
import zipfile
from pathlib import Path


def extract(wheel: Path, prefix: str, directory: Path) -> int:
    """Extract the files of `wheel` whose names begin with `prefix`; returns how many."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefix)]
        archive.extractall(directory, names)
    return len(names)


def main(arguments: list[str]) -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("prefix")
    parser.add_argument("directory", type=Path)
    given = parser.parse_args(arguments)
    return 0 if extract(given.wheel, given.prefix, given.directory) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
