"""A Postgres of one's own, for tests: a new cluster in a folder that is removed, reached through a socket in it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "it takes PostgreSQL: apt-get install postgresql"

# What a test writes need not outlive the machine.
_OPTIONS = (
    "-c listen_addresses= -c fsync=off -c shared_buffers=16MB -c max_connections=60 -c max_wal_senders=0"
)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl: where Debian has them, or on the path; None if they are not installed."""
    for initdb in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return initdb.parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server that runs until the end; yields how to connect to it."""
    bin_folder = programs()
    if bin_folder is None:
        raise FileNotFoundError(MISSING)
    # A path of its own: that of a socket must not be long, and the server's user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    as_user: list[str] = []
    user = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:  # root may not be the server
        user = "postgres"
        shutil.chown(folder, user)
        as_user = ["runuser", "-u", user, "--"]

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [*as_user, str(bin_folder / program), "-D", str(folder / "data"), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )

    try:
        call("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--no-locale", f"--username={user}")
        call("pg_ctl", "start", "--wait", "-l", str(folder / "log"), "-o", f"-k {folder} {_OPTIONS}")
        try:
            yield f"host={folder} user={user} dbname=postgres"
        finally:
            call("pg_ctl", "stop", "--wait", "-m", "immediate")
    finally:
        shutil.rmtree(folder)
