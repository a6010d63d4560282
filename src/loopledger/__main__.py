"""Run the command line with ``python -m loopledger``."""

from loopledger.cli.app import main

main()
