# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's settings for the pages that antsibull-docs writes; scripts/build_docs.sh uses them."""

from __future__ import annotations

import typing as t

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if t.TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "ssmops.run_command"
html_title = "Run Command with Ansible"
extensions = ["sphinx_antsibull_ext"]
# Pages of amazon.aws and of Ansible itself are not built here, so references to them (ref.ref) are unresolved.
suppress_warnings = ["ref.ref"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
# The colors of options follow the theme's own switch between light and dark; antsibull's follow only the system's.
antsibull_ext_color_scheme = "none"


def colors(**named: str) -> dict[str, str]:
    """CSS variables of antsibull's styles by their short names, with _ for -."""
    return {f"antsibull-{name.replace('_', '-')}": color for name, color in named.items()}


html_theme_options = {
    "light_css_variables": colors(
        links_background="#1f6f8b",
        links_background_active="#15505f",
        links_focus_outline="#5bbdbf",
        links_text="#ffffff",
        table_background_header="#cfe4f2",
        table_background_even="#eef5fa",
        table_background_odd="#ffffff",
        table_border="#9fb3c1",
        narrowtable_background="#e7f2fa",
        option_type="#800080",
        option_elements="#800080",
        option_required="#c00000",
        option_version_added="#006400",
        option_aliases="#006400",
        option_default="#0000d0",
        option_sample="#0000d0",
        option_sample_header="#000000",
        attribute_support_none="#c00000",
        attribute_support_partial="#6b6b00",
        attribute_support_full="#006400",
        attribute_support_na="inherit",
        deprecation_border="#000000",
        deprecation_background="#eeeeee",
        deprecation_color="#000000",
    ),
    "dark_css_variables": colors(
        links_background="#1f6f8b",
        links_background_active="#15505f",
        links_focus_outline="#5bbdbf",
        links_text="#ffffff",
        table_background_header="#3a3a3d",
        table_background_even="#1c1c1e",
        table_background_odd="#242426",
        table_border="#656569",
        narrowtable_background="#3a3a3d",
        option_type="#ff93ff",
        option_elements="#ff93ff",
        option_required="#ff8f8f",
        option_version_added="#71d471",
        option_aliases="#71d471",
        option_default="#b8b8ff",
        option_sample="#b8b8ff",
        option_sample_header="#ffffff",
        attribute_support_none="#ff8f8f",
        attribute_support_partial="#c0c000",
        attribute_support_full="#71d471",
        attribute_support_na="inherit",
        deprecation_border="#ffffff",
        deprecation_background="#111111",
        deprecation_color="#ffffff",
    ),
}


class NoContents(SphinxDirective):
    """The list of a page's sections: the theme has one of its own beside the page, and refuses a second."""

    option_spec: t.ClassVar = {"local": str, "depth": int}

    def run(self) -> list[nodes.Node]:
        """Nothing stands where the page asks for it."""
        return []


# What antsibull-docs begins the first page with, and what the page has instead: the entry by role.
OVERVIEW: t.Final = ".. contents::\n   :local:\n   :depth: 1\n"
ENTRY: t.Final = ".. include:: docsite/guide_start.rst\n   :start-after: The site's first page includes what follows.\n"


def begin_by_role(_app: Sphinx, page: str, source: list[str]) -> None:
    """Write the collection's name as it is, which antsibull-docs capitalizes, and begin with who wants what."""
    if page == "index":
        source[0] = source[0].replace(project.title(), project, 1).replace(OVERVIEW, ENTRY, 1)


def shorten_titles(_app: Sphinx, environment: BuildEnvironment) -> None:
    """List plugins by their names alone: send_command module."""
    for page, title in environment.titles.items():
        text = title.astext()
        if text.startswith(f"{project}."):
            name = " ".join(text.split()[:2]).removeprefix(f"{project}.")
            environment.titles[page] = nodes.title(name, name)
            # Lists of pages are made of the lists of their sections, of which the first is the page itself.
            own = next(environment.tocs[page].findall(nodes.reference))
            own.children = [nodes.Text(name)]


def setup(app: Sphinx) -> None:
    """Let the theme list the sections, and name pages as readers look for them."""
    app.add_directive("contents", NoContents, override=True)
    app.connect("source-read", begin_by_role)
    app.connect("env-updated", shorten_titles)
