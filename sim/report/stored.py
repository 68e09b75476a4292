"""The page's data in a folder that `--out` wrote, and what is wrong with a folder that is not."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.report.page_data import FORMAT

NAME = "page.json"


class NotStored(ValueError):
    """The folder holds no page that can be drawn; says why in one sentence."""


def stored(page: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text of page.json, and what manifest.json says of it."""
    text = json.dumps(page, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
    return text, {"format": FORMAT, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def page_in(folder: Path) -> dict[str, Any]:
    """The page's data of finished results.

    Parameters
    ----------
    folder : Path
        A folder that `--out` wrote.

    Returns
    -------
    dict
        As `sim.report.page_data.page_of` gave it.

    Raises
    ------
    NotStored
        It is none, it is of another version, or it is damaged.
    """
    if not folder.is_dir():
        missing = "this is a file" if folder.exists() else "there is no such folder"
        raise NotStored(f"{missing}; results are in a folder that --out wrote.")
    content = _read(folder, "manifest.json", "so it is no folder that --out wrote")
    manifest = _parsed(content, "manifest.json")
    said = manifest.get("page")
    writer = f"Waitline {manifest.get('waitline', 'of an unknown version')}"
    if said is None and "page" in manifest:
        raise NotStored("it has plans under several conditions, and of these there is no page.")
    if not isinstance(said, dict):
        raise NotStored(f"{writer} wrote it and kept no page; simulate again with --out.")
    if said.get("format") != FORMAT:
        raise NotStored(
            f"{writer} wrote its page in format {said.get('format')}, and this one, "
            f"{version('waitline')}, reads format {FORMAT}; simulate again with --out."
        )
    content = _read(folder, NAME, "though manifest.json names it")
    if hashlib.sha256(content).hexdigest() != said.get("sha256"):
        raise NotStored(f"{NAME} is damaged: it is not what --out wrote; simulate again.")
    return _parsed(content, NAME)


def _read(folder: Path, name: str, so: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise NotStored(f"there is no {name} in it, {so}.")
    return path.read_bytes()


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NotStored(f"{name} is damaged: it is no JSON.") from None
    if not isinstance(found, dict):
        raise NotStored(f"{name} is damaged: it is no JSON object.")
    return found
