"""A clinic's store: copies of its clients' records on PostgreSQL, each behind rules on rows.

The owner of the database makes and changes tables (``owning``); the server signs in as another
role, for which every rule holds (``engine``). Who is in a clinic: ``people`` and ``doors``. What
clients' computers send: ``receiving``. What is read, and what the server makes of it: ``records``,
``own``, ``digests``. Who did what: ``audit``.

**When one machine is not enough.** Every key of a client's data begins with ``client``, nothing is
ever joined across two clients but for digests, and a transaction touches the lines of one alone.
So ``client`` is the distribution column of Citus as the tables are
(``create_distributed_table('clinic.lines', 'client')``, the people's tables as reference tables),
and a clinic grows over machines without a word of the code changed. Lines lie in a partition a
month, by when they came here; old months can be moved to slower disks, or be compressed by
TimescaleDB as hypertables of the same column. Neither is needed for some thousands of clients:
what is asked is one client's, by its key.
"""

from __future__ import annotations

from biocoach.store.clinic.engine import ClinicEngine, UnfitRoleError
from biocoach.store.clinic.troubles import NotAllowedError

__all__ = ["ClinicEngine", "NotAllowedError", "UnfitRoleError"]
