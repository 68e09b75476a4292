"""`waitline staff`: the fewest operators that meet the targets, by simulation or by a formula."""

from __future__ import annotations

from typing import Any

import click

from sim.cli.calculator import calculator


class TwoForms(click.Command):
    """A command that is one with a scenario file and another without."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:  # fmt: skip
        return calculator.make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        return ctx.command.invoke(ctx)


command = TwoForms("staff")
