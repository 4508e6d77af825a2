"""A real server on loopback, for tests of the HTTP interface."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn

from pipeline.api import Settings, create_app
from pipeline.store import open_store


@dataclass(frozen=True)
class Served:
    """A running server and a client that talks to it."""

    client: httpx.Client
    host: str
    port: int


@contextmanager
def serving(home: Path, settings: Settings) -> Iterator[Served]:
    """Serve over the store in ``home`` as ``periksa serve`` does, in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener, open_store(home) as store:
        host, port = listener.getsockname()
        app = create_app(store, settings=settings)
        server = uvicorn.Server(uvicorn.Config(app, http="h11", log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=f"http://{host}:{port}", timeout=60) as client:
                yield Served(client, host, port)
        finally:
            server.should_exit = True
            thread.join(timeout=30)
