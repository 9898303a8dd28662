"""`python -m commands` is `disputed`."""

from commands.cli import main

main()
