"""``python tests/strangers/attacks NAME OPTIONS``: one attacker, on loopback, for a few seconds at most.

It prints what it did as one line of JSON. Attackers come from an address of their own (127.0.0.66), so that a limit on
connections per address does not count them with the good callers.
"""

import asyncio
import json
import os
import resource
import signal
import sys

import connections
import forms
import headers
import media
import sockets
from door import Door

ATTACKS = {
    name: function
    for module in (forms, headers, connections, sockets, media)
    for name, function in vars(module).items()
    if asyncio.iscoroutinefunction(function) and function.__module__ == module.__name__ and name[0] != "_"
}


def main() -> None:
    name, options = sys.argv[1], json.loads(sys.argv[2])
    os.nice(10)  # what hurts has to be the server's work, not ours
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    seconds = options.pop("seconds")
    signal.alarm(int(seconds) + 10)  # an attacker that hangs is ended by the system
    door = Door(options.pop("port"), seconds)
    json.dump(asyncio.run(ATTACKS[name](door, **options)), sys.stdout)


if __name__ == "__main__":
    main()
