"""``periksa serve``: the HTTP interface."""

from __future__ import annotations

import os
import signal
import socket
from typing import Annotated, NoReturn

import typer

from pipeline.cli.options import PolicyName
from pipeline.cli.output import Output

EXAMPLE = (
    "periksa serve --host 127.0.0.1 --port 8080\n"
    "  curl --data-binary @passport.jpg -H 'Content-Type: image/jpeg' \\\n"
    "    http://127.0.0.1:8080/v1/mrz"
)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
GRACE_SECONDS = 30  # how long a verification in progress may take to end

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Threads that verify (default: the cores).")
]
Waiting = Annotated[
    int, typer.Option("--queue", min=0, help="Requests that may wait; the next gets status 503.")
]
MaxBody = Annotated[
    int, typer.Option("--max-body", metavar="MIB", min=1, help="Largest request body, in MiB.")
]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    workers: Workers = None,
    queue: Waiting = 16,
    max_body: MaxBody = 48,
    policy: PolicyName = None,
) -> None:
    """Serve the HTTP interface until Ctrl-C or SIGTERM.

    Work in progress is finished first. There is no password: keep it on the loopback address, or
    behind a proxy that asks for one.
    """
    # The requests share the cores, not the parts of one request.
    os.environ.setdefault("PERIKSA_THREADS", "1")
    from pipeline.policy import DEFAULT, load_policy
    from pipeline.store import open_store

    output = Output(as_json=False)
    limits = load_policy(policy or DEFAULT)
    listener = _listen(host, port)
    with listener, open_store() as store:
        import cv2
        import uvicorn

        from pipeline.api import Settings, create_app

        cv2.setNumThreads(1)
        settings = Settings(workers=workers, queue=queue, max_body=max_body << 20)
        application = create_app(store, limits, settings)
        if host not in LOOPBACK:
            output.say(
                f"periksa: whoever reaches {host} can use this server: it asks for no password.\n"
                "         Put it behind a proxy that does, or use --host 127.0.0.1."
            )
        address, bound = listener.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        listener.listen()  # whoever reads the next line may connect at once
        output.say(f"periksa: serving http://{shown}:{bound}/openapi.json")
        # httptools refuses the verbs that biometric devices use; h11 takes any.
        config = uvicorn.Config(
            application,
            http="h11",
            timeout_graceful_shutdown=GRACE_SECONDS,
            log_level="warning",
            server_header=False,
        )
        # uvicorn takes both over while it serves, and raises them again when it has ended.
        for ending in (signal.SIGINT, signal.SIGTERM):
            signal.signal(ending, _leave)
        uvicorn.Server(config).run(sockets=[listener])


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Being told to end is no error: the exit status is 0."""
    raise typer.Exit


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket; a port that is taken is wrong use, said before anything is loaded."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise typer.BadParameter(
            f"{host}:{port} cannot be used: {error.strerror}; choose another --port or --host"
        ) from error
    return listener
