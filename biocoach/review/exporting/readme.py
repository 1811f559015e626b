"""The word beside the tables."""

from __future__ import annotations

from biocoach.review.exporting.columns import BEATS, SECONDS, TABLES

TITLE = "Taken out of biocoach: tables (CSV)"
SIMULATED = "SIMULATED: nobody's heart. Everything here was made up by the program.\n\n"
ABOUT = """\
Nothing here is encrypted: whoever has these files can read them.
Self-monitoring; not evidence of truthfulness, diagnosis or parenting.

How to read the tables
- Text is UTF-8, columns are separated by commas, lines end as RFC 4180 says.
- An empty cell is unknown, or was not said. It is never zero, and never calm.
- _s: seconds from the session's start. _ms: milliseconds. _bpm: beats a minute. _utc: a moment in
  UTC, empty where a recording does not tell when it began. _pct: percent. _mg: thousandths of g.
- coverage: the share of the seconds that have a heart rate, from 0 to 1 (in seconds/: the share of
  the last 20 s). Read every figure of a session beside its coverage.
- heart_slowing = yes: medicine that slows the heart was told of. Rises are smaller then.
- censored = yes: it was cut short before the heart was half-way back; half_s is empty then.
- where: apart, after_reunion and not by the end are three things. Don't add them up.
- distress: 0 to 100, the person's word.
- An apostrophe before a text that begins with = + - @ or an apostrophe is not part of it: it keeps
  spreadsheets from running the text. Numbers have none.
- activations.csv is how today's detector reads a session. then_onset_s and then_half_s are what was
  decided on the day; a row with nothing else in it was found on the day and would not be today.
- biocoach analyze reads the files in beats/.
- Pictures, voices, one's own phrases and the ladders are only in the JSON export.

The tables
"""


def readme(*, simulated: bool) -> str:
    tables = [f"{name}.csv: {', '.join(columns)}" for name, columns in TABLES.items()]
    tables += [f"beats/*.csv: {', '.join(BEATS)}", f"seconds/*.csv: {', '.join(SECONDS)}"]
    return f"{TITLE}\n\n{SIMULATED if simulated else ''}{ABOUT}" + "\n".join(tables) + "\n"
