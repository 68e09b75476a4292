"""The documentation, built with `python -m sphinx -W docs build/docs`."""

from __future__ import annotations

from importlib.metadata import version as installed

project = "Waitline"
author = "The Waitline founders"
project_copyright = author
version = release = installed("waitline")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]
exclude_patterns = ["_build"]
root_doc = "index"

html_theme = "furo"
html_title = "Waitline"
html_static_path = ["_static"]
html_css_files = ["waitline.css"]
html_show_sourcelink = False
html_copy_source = False

autodoc_member_order = "bysource"
autodoc_typehints = "none"
autodoc_class_signature = "separated"
napoleon_google_docstring = False
doctest_global_setup = "import sim"
