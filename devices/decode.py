"""One notification by its short word (2a37, pmd-data, pmd-control): to JSON, or to an input.

Pure: bytes in, values out. The words are those of capture files and of ``biocoach decode``.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from biocoach.types import Contact, Ecg, Motion, Reading, Refusal, Unread
from devices import heart_rate, quirks
from devices.polar import control, frames
from devices.rr_units import RrUnits

WORDS = ("2a37", "pmd-data", "pmd-control")


class UnknownCharacteristicError(ValueError):
    """A word that names no characteristic we decode; its text is one line for people."""

    def __init__(self, word: str) -> None:
        super().__init__(f"no decoder for {word!r}; there is one for {', '.join(WORDS)}")


def to_input(word: str, raw: bytes, device_name: str = "") -> Reading | Motion | Ecg | Unread:
    """A notification as an input of a session, with the quirks of the named strap applied.

    Live and replay both come through here, so that a decoder's fix reaches old sessions.
    """
    if word == "2a37":
        reading = heart_rate.decode(raw)
        if isinstance(reading, Refusal):
            return Unread(characteristic=word, raw=raw, why=reading.why)
        return quirks.apply(device_name, reading)
    if word == "pmd-data":
        return frames.to_input(raw)
    return Unread(characteristic=word, raw=raw, why=f"no decoder for {word!r}")


class Decoder:
    """``to_input`` for one strap, with what its earlier packets have taught.

    Live and replay feed it the same arrivals in the same order, so that they learn the same.
    """

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._units = RrUnits()

    def input(self, word: str, raw: bytes, at_s: float) -> Reading | Motion | Ecg | Unread:
        """A notification that arrived at ``at_s``, on any clock that does not run back."""
        body = to_input(word, raw, self.name)
        if not isinstance(body, Reading) or not quirks.doubts_units(self.name):
            return body
        self._units.add(at_s, body.rr_1024)
        if not self._units.are_ms:
            return body
        return replace(body, rr_1024=self._units.converted(body.rr_1024))


def decode_json(uuid: str, raw: bytes) -> dict[str, object]:
    """What ``biocoach decode`` prints: the fields, or ``{"refused": why}``.

    Raises UnknownCharacteristicError for a ``uuid`` that is not one of WORDS.
    """
    word = uuid.casefold()
    if word == "2a37":
        return _heart_json(heart_rate.decode(raw))
    if word == "pmd-data":
        return _frame_json(frames.decode(raw))
    if word == "pmd-control":
        return _control_json(control.decode(raw))
    raise UnknownCharacteristicError(uuid)


def _heart_json(reading: Reading | Refusal) -> dict[str, object]:
    if isinstance(reading, Refusal):
        return {"refused": reading.why}
    known = reading.contact is not Contact.UNKNOWN
    return {
        "hr_bpm": reading.bpm,
        "contact_supported": known,
        "contact_detected": reading.contact is Contact.DETECTED if known else None,
        "energy_expended_kj": reading.energy_expended_kj,
        "rr_1024": list(reading.rr_1024),
    }


def _frame_json(frame: frames.Frame | Refusal) -> dict[str, object]:
    if isinstance(frame, Refusal):
        return {"refused": frame.why}
    return {
        "kind": frame.kind,
        "timestamp_ns": frame.timestamp_ns,
        "frame_type": frame.frame_type,
        "compressed": frame.compressed,
        "unit": frame.unit,
        "samples": [_sample_json(sample) for sample in frame.samples],
    }


def _sample_json(sample: int | frames.Axes | frames.PulseInterval) -> object:
    if isinstance(sample, frames.PulseInterval):
        # The wire has bits, and the vectors number them: 0 or 1.
        return {name: int(value) for name, value in asdict(sample).items()}
    return list(sample) if isinstance(sample, tuple) else sample


def _control_json(
    said: control.Reply | control.Command | control.Stopped | control.Capabilities | Refusal,
) -> dict[str, object]:
    match said:
        case Refusal():
            return {"refused": said.why}
        case control.Reply():
            return {
                "op": said.op,
                "measurement": said.measurement,
                "status": said.status,
                "more": said.more,
                "settings": _settings_json(said.settings),
                "parameters_hex": said.parameters.hex(),
            }
        case control.Command():
            return {
                "op": said.op,
                "direction": "write",
                "measurement": said.measurement,
                "settings": _settings_json(said.settings),
            }
        case control.Stopped():
            return {"op": "STOPPED_BY_STRAP", "measurements": list(said.measurements)}
        case control.Capabilities():
            return {"op": "CAPABILITIES", "measurements": list(said.measurements)}


def _settings_json(settings: control.Settings | None) -> dict[str, list[int]] | None:
    if settings is None:
        return None
    return {name: list(values) for name, values in asdict(settings).items()}
