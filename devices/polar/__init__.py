"""Polar's own protocols, as pure bytes: ``frames`` (measurement data), ``control`` (commands).

Facts: docs/straps.md; from captures of real straps and Polar's SDK documents.
"""

from __future__ import annotations

# Characteristics of the Polar Measurement Data service.
PMD_SERVICE = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
PMD_CONTROL = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
PMD_DATA = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

# Measurement types by number; bits 0-5 of a type byte.
MEASUREMENTS = {
    0: "ECG",
    1: "PPG",
    2: "ACC",
    3: "PPI",
    5: "GYRO",
    6: "MAG",
    9: "SDK_MODE",
}


def measurement_name(type_byte: int) -> str:
    """The measurement's name; an unknown one keeps its number: ``TYPE_12``."""
    number = type_byte & 0x3F
    return MEASUREMENTS.get(number, f"TYPE_{number}")
