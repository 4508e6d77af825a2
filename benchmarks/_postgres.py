"""A real PostgreSQL for tests and benchmarks: a cluster in a temporary folder, gone afterwards.

Its programs are those of the machine (Debian: apt install postgresql). A machine without them
fails these tests and says what to install; it does not skip them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

START_SECONDS = 60.0
USERS = ("postgres", "nobody")  # initdb refuses to run as root


class Server:
    """A server that listens on a socket in its folder, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgresql://periksa@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of a fresh, empty database."""
        name = f"p{uuid.uuid4().hex}"
        self.sql("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, database: str, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start it, also after it was killed; ready for connections when this returns."""
        import psycopg

        # A child of this process, not of pg_ctl: somebody must wait for it once it was killed.
        self._process = subprocess.Popen(
            [*as_other_user(), str(programs() / "postgres"), "-D", str(self.folder / "data"),
             "-k", str(self.folder), "-c", "listen_addresses=", "-c", "max_connections=60"],
            cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def kill(self) -> None:
        """A kill -9 for the server and everything that it started."""
        if self._process is None:
            return
        leader = self._process.pid
        children = Path(f"/proc/{leader}/task/{leader}/children").read_text().split()
        for pid in (leader, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None


def programs() -> Path:
    """The folder of PostgreSQL's programs, the newest there is."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not folders:
        raise RuntimeError("no PostgreSQL on this machine; install it: apt install postgresql")
    return folders[-1].parent


def run(*words: str | Path) -> None:
    """Run a program as a user whom PostgreSQL takes."""
    command = [str(word) for word in words]
    done = subprocess.run(
        [*as_other_user(), *command], cwd="/", capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def as_other_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={owner().pw_uid}", f"--regid={owner().pw_gid}", "--clear-groups"]


def owner() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in USERS if name in known)


@contextmanager
def postgres() -> Iterator[Server]:
    """Make a cluster, start it, and take it away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    os.chown(folder, owner().pw_uid, owner().pw_gid)
    server = Server(folder)
    try:
        run(programs() / "initdb", "-D", folder / "data", "-U", "periksa", "-A", "trust",
            "-E", "UTF8", "--locale=C", "--no-sync")  # fmt: skip
        server.start()
        yield server
    finally:
        server.kill()  # nobody needs what it holds
        shutil.rmtree(folder, ignore_errors=True)
