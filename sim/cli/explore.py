"""`waitline explore`: a local page whose sliders simulate the file again."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import click

from sim.cli import Stop
from sim.cli.mistakes import stop
from sim.cli.options import FILE, days_option, say_if_it_compiles, seed_option


@click.command("explore", short_help="Move sliders on a local page and see what comes of it.")
@click.argument("file", type=FILE)
@days_option(
    "Days to simulate while you wait.  [default: by the size of the line, 50 at most]",
    least=2, default=None,
)  # fmt: skip
@seed_option("Which callers phone.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port of the page.  [default: any]"
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(file: Path, replications: int | None, seed: int, port: int, no_browser: bool) -> None:
    """Open a page with sliders for operators, calls, patience and messages of FILE.

    What is moved is simulated again at once, on the same callers. The page is served to this
    machine alone and fetches nothing from elsewhere; Ctrl-C ends it.
    """
    if find_spec("bokeh") is None:
        raise Stop("explore needs Bokeh: pip install 'waitline[explore]'")
    from sim.scenario import ScenarioError

    try:
        from sim.explore.state import Explorer

        explorer = Explorer(file, replications, seed)
    except ScenarioError as error:
        stop(error)
    from sim.explore.server import listen, serve

    try:
        listening = listen(port)
    except OSError as error:
        raise Stop(f"port {port}: {os.strerror(error.errno or 0)}.") from None
    _warm_up()

    def ready(address: str) -> None:
        click.echo(f"The page is at {address} - Ctrl-C ends it.", err=True)
        if not no_browser:
            import threading
            import webbrowser

            # A browser in the terminal would keep the page from being served.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(explorer, listening, ready)


def _warm_up() -> None:
    """Compile or load the engine before anybody waits for it."""
    say_if_it_compiles("kernel")
    from sim.engine import kernel
    from sim.measures import passes

    kernel.warm_up()
    passes.warm_up()
