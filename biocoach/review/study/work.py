"""What a worker does: one item read, folded and told as one text of JSON. The text says the same
wherever it is made. Called in a worker's process; takes and gives plain texts only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from biocoach import __version__
from biocoach.review.study.columns import ACTIVATIONS, OF_READING, RECORDING, RECOVERIES, checked
from biocoach.review.study.pieces import Piece, pieces_of
from biocoach.review.study.rows import activations_of, reading_of, recoveries_of
from biocoach.settings import Settings
from biocoach.store.codec import canonical, parse
from biocoach.types import Refusal

Json = dict[str, Any]
STUDY_VERSION = 1  # one more whenever the rows of the same recording would say something else
# What odd content of the right types can bring about in a fold that was written for our own.
FOLD_ERRORS = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
    RecursionError,
)  # fmt: skip
GONE = "it changed or went away while the study ran: run it again"
BROKE = "it could not be read to its end"
NEEDS_MORE = "it needs more memory than a recording should: split it"


def made_by() -> str:
    """What results are made by; what another made is made again."""
    return f"{STUDY_VERSION}:{__version__}:{Settings().hash()}"


def key_of(content_sha256: str) -> str:
    """The name of a result: of these bytes, made by this version with these settings."""
    return sha256(f"{made_by()}:{content_sha256}".encode()).hexdigest()


def analysed(opened_by: str, locator: str, content_sha256: str) -> str:
    """All rows of one item. Whatever its bytes are, this answers."""
    try:
        pieces = [_told(piece) for piece in OPENERS[opened_by](locator, content_sha256)]
    except OSError as error:
        pieces = [{"piece": "", "gone": True, "why": f"{GONE} ({error.strerror or 'unreadable'})"}]
    except MemoryError:
        pieces = [{"piece": "", "why": NEEDS_MORE}]
    except FOLD_ERRORS as error:
        pieces = [{"piece": "", "why": f"{BROKE} ({type(error).__name__})"}]
    return canonical({"made_by": made_by(), "of": content_sha256, "pieces": pieces})


def _file(locator: str, content_sha256: str) -> Iterator[Piece]:
    path = Path(locator)
    data = path.read_bytes()
    if sha256(data).hexdigest() != content_sha256:
        raise OSError
    return pieces_of(data, path, Settings())


def _copy(locator: str, content_sha256: str) -> Iterator[Piece]:
    """Of a clinic's database, whose client is needed for it alone."""
    from biocoach.review.study.copies import open_copy

    return open_copy(locator, content_sha256)


Opener = Callable[[str, str], Iterator[Piece]]
OPENERS: dict[str, Opener] = {"file": _file, "clinic": _copy}


def _told(piece: Piece) -> Json:
    """One recording; what goes wrong in it is its reason, and the others in its file are read."""
    if piece.why:
        return {"piece": piece.piece, "why": piece.why}
    try:
        record, settings = piece.folded(), Settings()
        reading = reading_of(record)
        activations, recoveries = activations_of(record), recoveries_of(record, settings)
    except MemoryError:
        return {"piece": piece.piece, "why": NEEDS_MORE}
    except FOLD_ERRORS as error:
        return {"piece": piece.piece, "why": f"{BROKE} ({type(error).__name__})"}
    if not reading["beats"] and not reading["read_s"]:
        return {"piece": piece.piece, "why": "no heartbeats in it"}
    reading |= {
        "kind": piece.kind,
        "beats_sha256": piece.beats_sha256,
        "simulated": piece.simulated,
        "started_utc": piece.started_utc,
        "problems": piece.problems,
        "cut_off": piece.cut_off,
    }
    return {
        "piece": piece.piece,
        "device": piece.device,
        "person": piece.person,
        "reading": reading,
        "activations": activations,
        "recoveries": recoveries,
    }


# ---- the other end: nothing of it is believed


def result_of(text: str, content_sha256: str) -> list[Json] | Refusal:
    """The pieces of a result, each with rows that are as their columns say."""
    found = parse(text)
    if not isinstance(found, dict) or set(found) != {"made_by", "of", "pieces"}:
        return Refusal(why="a result that can't be read")
    if found["made_by"] != made_by() or found["of"] != content_sha256:
        return Refusal(why="a result of another biocoach: every worker needs the same version")
    pieces = found["pieces"]
    if not isinstance(pieces, list) or not pieces:
        why = "nothing in it" if pieces == [] else "a result that can't be read"
        return [{"piece": "", "why": why}] if pieces == [] else Refusal(why=why)
    return [_believed(piece) for piece in pieces]


def _believed(piece: Any) -> Json:
    """The piece itself, or why it is not believed."""
    if not isinstance(piece, dict) or not _is_word(piece.get("piece")):
        return {"piece": "", "why": "a result that makes no sense"}
    if _is_word(piece.get("why")) and piece["why"]:
        return {"piece": piece["piece"], "why": piece["why"]} | (
            {"gone": True} if piece.get("gone") is True else {}
        )
    wrong = _wrong(piece) if _whole(piece) else "a part is missing"
    if wrong:
        return {"piece": piece["piece"], "why": f"a result that makes no sense: {wrong}"}
    return piece


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _whole(piece: Json) -> bool:
    words = all(_is_word(piece.get(name)) for name in ("device", "person"))
    lists = all(isinstance(piece.get(name), list) for name in ("activations", "recoveries"))
    return words and lists and isinstance(piece.get("reading"), dict)


def _wrong(piece: Json) -> str:
    """What is wrong with its rows; "" where nothing is."""
    own = {RECORDING.name: "-"}
    sorts = (("activations", ACTIVATIONS), ("recoveries", RECOVERIES))
    rows = [(row, columns) for name, columns in sorts for row in piece[name]]
    if not all(isinstance(row, dict) for row, _ in rows):
        return "a row is none"
    found = [checked(piece["reading"], OF_READING)]
    found += [checked(own | row, columns) for row, columns in rows]
    return next(filter(None, found), "")
