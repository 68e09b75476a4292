"""The texts of the page as HTML; whatever comes from the file is escaped."""

from __future__ import annotations

from html import escape

from sim.explore.view import Figure, View
from sim.report.wording import plain


def said_html(view: View) -> str:
    """What the change does and the verdict, a line each."""
    lines = [f"<li{_kind(line)}>{escape(line)}</li>" for line in view.said]
    return f"<ul>{''.join(lines)}</ul>"


def _kind(line: str) -> str:
    """Lines that a planner looks for first."""
    if line.startswith("Your change"):
        return ' class="change"'
    return ' class="missed"' if line.startswith(("MISSED", "Just missed")) else ""


def brief_html(view: View) -> str:
    """Four figures, each with its change under it."""
    tiles = [
        f"<div><dt>{escape(plain(each.called, 24))}</dt><dd>{escape(each.value)}"
        f"<small{_sure(each)}>{escape(each.change) or '&nbsp;'}</small></dd></div>"
        for each in view.brief
    ]
    return f"<dl>{''.join(tiles)}</dl>"


def _sure(figure: Figure) -> str:
    return ' class="sure"' if figure.sure else ""


def figures_html(view: View) -> str:
    """The table of figures under client, staff and money."""
    moved = any(figure.before for rows in view.figures.values() for figure in rows)
    heads = ["now", "+-", *(["in the file", "change"] if moved else [])]
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    span = len(heads) + 1
    parts = [f'<table><thead><tr><th scope="col"><span>figure</span></th>{head}</tr></thead>']
    for title, rows in view.figures.items():
        parts.append(f'<tbody><tr><th colspan="{span}" scope="colgroup">{escape(title)}</th></tr>')
        parts += [_row(figure, moved) for figure in rows]
        parts.append("</tbody>")
    return "".join([*parts, "</table>", f"<p>{escape(_note(view, moved))}</p>"])


def _note(view: View, moved: bool) -> str:
    known = "+-: half the 95 % interval, how well a mean is known."
    if not moved:
        return f"{view.days}. {known}"
    return (
        f"{view.days}, the same callers before and after. {known} Change: paired, with half its "
        "interval; bold where it is surely not zero."
    )


def _row(figure: Figure, moved: bool) -> str:
    cells = [figure.value, figure.margin]
    if moved:
        cells.append(figure.before)
    row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    if moved:
        row += f"<td{_sure(figure)}>{escape(figure.change)}</td>"
    return f'<tr><th scope="row">{escape(figure.called)}</th>{row}</tr>'


def refused_html(reason: str) -> str:
    """Why what was moved is not shown."""
    last = "The figures are of the last place of the sliders that can be."
    return f'<ul><li class="missed">{escape(reason)}</li><li>{last}</li></ul>'


def plan_html(text: str) -> str:
    """The plan, to be copied."""
    if not text:
        return "<p>Nothing is moved yet.</p>"
    return f'<p>Put this at the end of the file:</p><pre tabindex="0">{escape(text)}</pre>'


def left_out_html(sentences: tuple[str, ...]) -> str:
    """What cannot be moved here."""
    return "".join(f"<p>{escape(each)}</p>" for each in sentences)
