"""The errand in plain words, for the terminal: what went wrong, and what was kept."""

from __future__ import annotations

from biocoach.cli.errand_bring import Homecoming
from biocoach.cli.errand_fact import Errand, Stage
from biocoach.cli.errands import Standing, Trial
from biocoach.cli.words import STRAP_REASONS, strap_trouble
from devices.strap_words import DeviceError

WEAR = "wear the strap, come near and try again"
SAFE = "the recording is still on the strap"
LOST = (
    "The link was lost, and nothing else: keep the strap on your chest (off it, it lets go after "
    "45 s), come near and try again"
)
TROUBLE = {
    "no_memory": "This strap has no memory for heartbeats that is known here; a Polar H10 has one",
    "not_supported": "This strap's firmware can't do that (it says error 201)",
    "not_permitted": "The strap does not permit it (it says error 106) and gives no reason; take "
    "it off for a minute, wear it again and try again",
    "battery_low": "The strap's battery is too low to record (it says error 209); change it",
    "strap_busy": f"The strap is busy; {WEAR}",
    "strap_full": "The strap's memory is full; clear it with the app that filled it",
    "no_such_file": "The strap no longer has that file",
    "strap_error": "The strap refuses",
    "not_answering": f"The strap does not answer; {WEAR}",
    "cut_short": f"The strap stopped in the middle; {SAFE}: {WEAR}",
    "wrong_sequence": f"Parts of it got lost on the way; {SAFE}: {WEAR}",
    "link_lost": LOST,
    "dropped": LOST,
    "not_understood": f"What the strap sent could not be understood; {SAFE}",
    "not_started": "The strap said yes, but it does not record; try again",
    "still_there": "It is kept here, but the strap did not let go of it; fetch again to remove it",
    "unfetched_elsewhere": "Another strap is still on an errand; fetch that one first, or say "
    "`biocoach errand start --replace --yes`: its recording stays on it, and is forgotten here",
    "unfetched": "An errand is still on the strap; `biocoach errand fetch` brings it home first",
    "occupied": "Another program's recording is on the strap; `biocoach errand start --replace "
    "--yes` keeps it here, takes it off the strap and starts",
    "not_ours": "Another program is recording on the strap; stop it there, or `biocoach errand "
    "start --replace --yes` stops it, keeps it here and starts",
    "nothing_there": "No errand's recording is on this strap",
    "not_kept": f"It could not be kept; {SAFE}",
}


def trouble(error: DeviceError) -> str:
    """One line: what is wrong, and what to do."""
    words = TROUBLE.get(error.reason)
    if words is None:
        return strap_trouble(error.reason)
    detail = str(error).partition(": ")[2]
    tells = error.reason in ("strap_error", "not_understood", "not_kept") and detail
    return f"{words} ({detail})" if tells else words


def started(errand: Errand) -> str:
    return (
        f"{errand.strap} records from now on, by itself. Wear it and go: nothing is shown, and no "
        "practice offered, until you are back. Then: biocoach errand fetch"
    )


def brought(found: Homecoming) -> list[str]:
    """What was brought home, and what must be known of it."""
    kept, span = found.found, length(found.found.span_s)
    name = found.identifier
    if kept.holds == "nothing":
        return [f"{name}: the strap kept nothing of it; there is nothing to keep here."]
    what = f"{kept.count} beats" if kept.holds == "beats" else f"{kept.count} heart rates, no beats"
    new = "kept" if found.new else "was kept before"
    lines = [f"{name}: {what} over {span}, {new} as session {found.session}."]
    if kept.holds == "rates":
        lines.append("Without beats nothing can be said of activation or settling.")
    lines += [f"Note: {problem.why}." for problem in kept.recording.problems]
    if found.left:
        why = TROUBLE.get(found.left) or STRAP_REASONS.get(found.left) or found.left
        lines.append(f"It is still on the strap too: {why}.")
    return lines


def standing(errand: Errand | None, on_strap: Standing | None) -> list[str]:
    lines = [_known(errand)]
    if on_strap is not None:
        status, stored = on_strap.status, on_strap.stored
        if status.on:
            lines.append(f"On the strap: recording ({status.identifier}).")
        lines += [f"On the strap: {s.identifier}, {s.size} bytes." for s in stored]
        if not status.on and not stored:
            lines.append("On the strap: nothing; it is free.")
    return lines


def _known(errand: Errand | None) -> str:
    if errand is None:
        return "No errand yet."
    day = f"{errand.started.astimezone():%Y-%m-%d %H:%M}"
    since = f"The errand of {day} with {errand.strap}"
    match errand.stage:
        case Stage.AWAY:
            return f"{since}: under way, as far as is known."
        case Stage.STOPPED:
            return f"{since}: stopped, not fetched yet."
        case Stage.GONE:
            return f"{since}: the strap no longer had it."
    kept = f"kept as session {errand.session}" if errand.session else "it held nothing"
    left = "; it is still on the strap too" if errand.stage is Stage.KEPT else ""
    return f"{since}: {kept}{left}."


def trial(found: Trial, strap: str) -> str:
    if found.keeps_beats:
        return f"{strap} keeps beats: {found.found.count} in {found.lasted_s:.0f} s. Off you go."
    if found.found.holds == "rates":
        return f"{strap} kept only a heart rate, no beats: an errand with it would say little."
    return (
        f"{strap} kept {found.found.count} beats in {found.lasted_s:.0f} s, too few: wet the "
        "electrodes, wear it tighter, and try again."
    )


def length(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
