"""What of a client's copy is told to whoever is not the wearer: nothing of what goes on.

Lines come in while a session runs, so that none is lost. A session is told once it is closed, and
a fact that was kept since one began once that is over: whoever reads moments as they are kept
would look on too. It makes no difference whether another journal took this one's place, since the
client's computer may go on with either.

The one exception: where the clinic has heard nothing of a journal for a day, by its own clock, all
that is there is told. So a session that was cut off by a restore is not lost, and what is seen is a
day old at least.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import BigInteger, literal_column, text

from biocoach.store.reader import Reader, SessionRow
from biocoach.store.schema import entries

_OWN = (
    "{0}.client = (SELECT clinic.readable()) "
    "AND {0}.journal = current_setting('biocoach.journal', true)"
)
_QUIET = "{0}.heard < now() - interval '1 day'"
_IS_QUIET = text(f"SELECT {_QUIET.format('j')} FROM clinic.journals j WHERE {_OWN.format('j')}")  # noqa: S608
# The newest that began and has no end is what a start goes on with. Of sessions that say nothing
# here nobody can know their end: each holds for a day after its last line, by the client's clock.
_BEGAN = literal_column(
    "(SELECT coalesce(min(s.first_seq), 9223372036854775807) "  # noqa: S608 - constants
    f"FROM clinic.sessions s WHERE {_OWN.format('s')} AND NOT s.closed "
    f"AND NOT EXISTS (SELECT FROM clinic.journals j WHERE {_OWN.format('j')} "
    f"AND {_QUIET.format('j')}) "
    "AND (s.last_utc > to_char((now() - interval '1 day') AT TIME ZONE 'UTC', "
    "'YYYY-MM-DD\"T\"HH24:MI:SS') "
    "OR s.first_seq = (SELECT max(o.first_seq) FROM clinic.sessions o "
    f"WHERE {_OWN.format('o')} AND o.begun AND NOT o.closed)))",
    BigInteger,
)
TOLD = entries.c.seq < _BEGAN


class OverReader(Reader):
    """Its facts are those from before what goes on; in its sessions ``closed`` says that one is
    over."""

    def sessions(self) -> list[SessionRow]:
        rows = super().sessions()
        if all(row.closed for row in rows) or not self._is_quiet():
            return rows
        return [replace(row, closed=True) for row in rows]

    def _is_quiet(self) -> bool:
        """Asked after the rows were read: nothing came in between."""
        with self._database.reading() as connection:
            return bool(connection.execute(_IS_QUIET).scalar())


def over_only(reader: Reader) -> Reader:
    """The same copy, for whoever is not the wearer (see above)."""
    return OverReader(reader._database, TOLD)
