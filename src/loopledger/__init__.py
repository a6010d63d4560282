"""Who promised what to whom in AI's circular financing, and whose money pays for it.

The packages read in one direction::

    units, errors -> records -> sources -> read -> register -> schedule -> network
        -> circularity / exposure -> report -> cli

A stage imports only stages to its left.
"""

__version__ = "0.1.0"
