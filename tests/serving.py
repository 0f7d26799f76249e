"""An app behind a real web server, for whoever comes over the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of a server of this app, on a port of its own.

    It ends in the thread of its own loop: closed from outside, sockets would be gone from under a loop that waits.
    """
    sockets: dict[int, Any] = {}
    server: Any = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=8)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        server.trigger.pull_trigger(partial(wasyncore.close_all, sockets))
        thread.join(10)
    assert not thread.is_alive(), "the server did not end"
