"""The page is served from here to this machine alone, by Bokeh."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bokeh.application import Application
from bokeh.application.handlers.function import FunctionHandler
from bokeh.document import Document
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from bokeh.settings import settings
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from sim.explore.page import Page
from sim.explore.state import Explorer

HOST = "127.0.0.1"


def listen(port: int) -> socket.socket:
    """A socket that hears this machine only; any free port for 0.

    Raises
    ------
    OSError
        The port is in use, or not allowed.
    """
    listening = socket.create_server((HOST, port))
    listening.setblocking(False)
    return listening


def serve(explorer: Explorer, listening: socket.socket, ready: Callable[[str], None]) -> None:
    """Serve the page until the process is interrupted.

    Parameters
    ----------
    explorer : Explorer
    listening : socket.socket
        As `listen` gives it.
    ready : callable
        Called with the address once the page can be opened.
    """
    port = listening.getsockname()[1]
    worker = ThreadPoolExecutor(1)
    first = worker.submit(explorer.look, {}).result()

    def open_page(document: Document) -> None:
        Page(document, explorer, first, worker)

    origins = [f"{HOST}:{port}", f"localhost:{port}"]
    # Nothing is fetched from elsewhere and nobody else is let in, whatever the environment says.
    settings.resources.set_value("server")
    logging.getLogger("bokeh").setLevel(logging.ERROR)  # that a browser has gone is no news
    settings.log_level.set_value("warn")
    settings.allowed_ws_origin.set_value(origins)
    application = Application(FunctionHandler(open_page))
    tornado = BokehTornado({"/": application}, extra_websocket_origins=origins)
    http = HTTPServer(tornado)
    http.add_socket(listening)
    server = BaseServer(IOLoop.current(), tornado, http)
    server.start()
    try:
        ready(f"http://{HOST}:{port}/")
        server.io_loop.start()
    finally:
        worker.shutdown(wait=False, cancel_futures=True)
        server.stop(wait=False)
