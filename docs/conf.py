"""How Sphinx builds these pages: `make docs`."""

from loopledger import __version__

project = "loopledger"
author = "The loopledger maintainers"
copyright = "The loopledger maintainers"  # noqa: A001 - the name that Sphinx reads
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "loopledger"

autodoc_typehints = "none"  # the docstrings state shapes and units, which annotations cannot
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
