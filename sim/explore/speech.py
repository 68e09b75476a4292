"""What waiting callers hear, to choose from: the programmes of the file, music, published ones."""

from __future__ import annotations

from sim.explore.controls import Changes, Choice, Slider, dotted, percent, quoted
from sim.report.wording import listing, plain
from sim.scenario import Scenario

MOST = 4
"""Call types with a choice; those of the most calls are shown."""

PART = "Hold messages"
MUSIC = "music_only"
AS_IT_IS = ""

PUBLISHED = {
    "apology_each_minute": (
        "an apology each minute (hang-ups x 0.95, Munichor & Rafaeli)",
        {"says": '"apology"', "at": '"15 s"', "every": '"60 s"', "patience": "0.95"},
    ),
    "place_in_the_queue": (
        "the place in the queue each minute (hang-ups x 0.38, Munichor & Rafaeli)",
        {"says": '"position"', "at": '"0 s"', "every": '"60 s"', "patience": "0.38"},
    ),
}
"""Programmes of one message whose effect on the hazard has been measured; see hold-messages.md."""


def message_choices(scenario: Scenario, types: list[str]) -> tuple[list[Choice], list[str]]:
    """What each call type may hear, and what is left out.

    Parameters
    ----------
    scenario : Scenario
    types : list of str
        Call types, those of the most calls first.

    Returns
    -------
    choices : list of Choice
    left_out : list of str
    """
    shown = [name for name in scenario.callers if name in types[:MOST]]
    rest = [plain(scenario.callers[name].label or name, 40) for name in types[MOST:]]
    left_out = [f"Call types of fewer calls, without a choice: {listing(rest)}."] if rest else []
    return [_choice(scenario, name) for name in shown], left_out


def _choice(scenario: Scenario, name: str) -> Choice:
    kind, programmes = scenario.callers[name], scenario.hold_messages
    now = kind.hold_messages
    said = plain(now, 40) if now else "music, no message"
    options = {AS_IT_IS: f"as in the file: {said}"}
    if now:
        options[MUSIC] = "music, no message"
    for other in programmes:
        if other != now:
            options[f"file {other}"] = plain(other, 60)
    options |= {new: words for new, (words, _) in PUBLISHED.items()}

    def changes(chosen: str) -> Changes:
        if chosen == AS_IT_IS:
            return {}
        place = dotted("callers", name, "hold_messages")
        if chosen.startswith("file "):
            return {place: quoted(chosen.removeprefix("file "))}
        new = free_name(scenario, chosen)
        return {place: quoted(new), **_programme(new, chosen)}

    label = f"{plain(kind.label or name, 60)} hear while waiting"
    return Choice(dotted("callers", name, "hold_messages"), PART, label, options, changes)


def _programme(name: str, chosen: str) -> Changes:
    """A programme that the file does not have."""
    if chosen == MUSIC:
        return {dotted("hold_messages", name, "filler", "patience"): "1.0"}
    above = ("hold_messages", name, "messages", "words")
    return {dotted(*above, key): value for key, value in PUBLISHED[chosen][1].items()}


def free_name(scenario: Scenario, name: str) -> str:
    """A name that no programme of the file has."""
    taken, number = {*scenario.hold_messages}, 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def effect_slider(scenario: Scenario) -> Slider:
    """How much what is heard makes callers hang up, whatever they hear."""
    music = free_name(scenario, MUSIC)
    silent = [name for name, kind in scenario.callers.items() if not kind.hold_messages]

    def changes(points: int) -> Changes:
        own = {dotted("callers", name, "hold_messages"): quoted(music) for name in silent}
        if own:
            own[dotted("hold_messages", music, "filler", "patience")] = "1.0"
        return own | {dotted("hold_messages", "*", "filler", "patience"): percent(points)}

    label = "Hang-ups a minute of those who wait"
    return Slider("messages effect", PART, label, "%", "more or fewer", -80, 100, 5, 0, changes)
