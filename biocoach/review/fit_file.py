"""RR intervals of a FIT file, one a line in ms. Run as a child: ``python -m …fit_file FILE``.

A FIT file is somebody else's binary; the parser was seen to raise unexpected errors on
damaged ones, so that it never runs in the program's own process.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from biocoach.sandbox import limit_this_process

INVALID_S = 65.0  # the format's filler for an unused place is 65.535 s


def rr_ms(path: Path) -> Iterator[float]:
    """The intervals of the file's ``hrv`` messages, in order, ms."""
    import fitdecode

    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.WARN) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "hrv":
                values = frame.get_value("time", fallback=())
                for value in values if isinstance(values, (tuple, list)) else (values,):
                    if isinstance(value, (int, float)) and 0 < value < INVALID_S:
                        yield float(value) * 1000


def words_for(error: Exception) -> str:
    """What is wrong with the file, for people."""
    import fitdecode

    if isinstance(error, fitdecode.FitEOFError):
        return "it breaks off"
    if isinstance(error, fitdecode.FitHeaderError):
        return "it is damaged, or of another kind inside"
    return "it needs too much memory" if isinstance(error, MemoryError) else "it is damaged"


def main() -> None:
    limit_this_process()
    try:
        sys.stdout.writelines(f"{value:.3f}\n" for value in rr_ms(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 - the parser raises what it likes
        traceback.print_exc()
        sys.exit(words_for(error))


if __name__ == "__main__":
    main()
