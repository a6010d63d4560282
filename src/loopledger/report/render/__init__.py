"""A brief or a page as terminal text, Markdown, one HTML file, or JSON: the same sentences and figures each time.

One module a format; none is imported before it is asked for.
"""
