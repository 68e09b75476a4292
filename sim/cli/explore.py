"""`waitline explore`: a local page whose sliders simulate the file again."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import click

from sim.cli import Stop
from sim.cli.mistakes import stop
from sim.cli.options import FILE, MOST_REPLICATIONS


@click.command("explore", short_help="Move sliders on a local page and see what comes of it.")
@click.argument("file", type=FILE)
@click.option(
    "-n", "--replications", type=click.IntRange(2, MOST_REPLICATIONS),
    help="Days to simulate while you wait.  [default: by the size of the line, 50 at most]",
)  # fmt: skip
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True,
    help="Which callers phone.",
)  # fmt: skip
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
    from sim.engine import must_compile

    if must_compile():
        click.echo("compiling the engine, once", err=True)
    from sim.engine import kernel
    from sim.measures import passes

    kernel.warm_up()
    passes.warm_up()
