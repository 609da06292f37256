"""`python -m engage_tui` is `engage`."""

from engage_tui.cli.main import main

main()
