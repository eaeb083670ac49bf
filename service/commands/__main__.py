"""``python -m service.commands``: the command line without its installed script."""

from service.commands import main

main(prog_name="huibao")
