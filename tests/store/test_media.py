"""A file is what its bytes say; what is not surely a picture or a sound is nothing."""

from __future__ import annotations

import io
import wave

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from biocoach.store.media import PICTURES, SOUNDS, media_type

MP3_FRAME = b"\xff\xfb\x90\x64" + bytes(413)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz
MP3_SLOW = b"\xff\xf3\x48\xc0" + bytes(140)  # MPEG 2, layer III, 32 kbit/s, 16 kHz
EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08"


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "green").save(out, kind)
    return out.getvalue()


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    return out.getvalue()


def webm(doc_type: bytes) -> bytes:
    return EBML + b"\x42\x82" + bytes([0x80 | len(doc_type)]) + doc_type + bytes(60)


def ogg(codec: bytes) -> bytes:
    return b"OggS\x00\x02" + bytes(20) + b"\x01\x13" + codec + bytes(40)


def mp4(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x20ftyp" + brand + bytes(40)


def id3(content: bytes, length: int = 300) -> bytes:
    size = bytes([0, 0, length >> 7, length & 0x7F])
    return b"ID3\x04\x00\x00" + size + bytes(length) + content


KNOWN = [
    ("image/jpeg", picture("JPEG")),
    ("image/png", picture("PNG")),
    ("image/webp", picture("WEBP")),
    ("audio/wav", wav()),
    ("audio/webm", webm(b"webm")),
    ("audio/ogg", ogg(b"OpusHead")),
    ("audio/ogg", ogg(b"\x01vorbis")),
    ("audio/mp4", mp4(b"M4A ")),
    ("audio/mp4", mp4(b"isom")),
    ("audio/mpeg", MP3_FRAME * 2),
    ("audio/mpeg", id3(MP3_FRAME * 2)),
    ("audio/mpeg", MP3_SLOW * 2),
]
OTHERS = {
    "nothing": b"",
    "gif": picture("GIF"),
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "html after spaces": b"   <html>",
    "pdf": b"%PDF-1.7",
    "zip": b"PK\x03\x04" + bytes(60),
    "heic": mp4(b"heic"),
    "avif": mp4(b"avif"),
    "quicktime": mp4(b"qt  "),
    "matroska": webm(b"matroska"),
    "theora": ogg(b"\x80theora"),
    "avi": b"RIFF\x00\x10\x00\x00AVI LIST" + bytes(60),
    "a tag and a page": id3(b"<script>alert(1)</script>"),
    "one frame": MP3_FRAME,
    "layer II": b"\xff\xfd\x90\x64" + bytes(413) + b"\xff\xfd\x90\x64",
    "aac": b"\xff\xf1\x50\x80" + bytes(400),
    "utf-16": "<html>".encode("utf-16"),
    "only a jpeg's mark": b"\xff\xd8\xff",
    "only a png's mark": b"\x89PNG\r\n\x1a\n",
    "only a wav's mark": b"RIFF\x00\x00\x00\x00WAVE",
}


@pytest.mark.parametrize(("kind", "content"), KNOWN)
def test_a_picture_or_a_sound_is_known(kind: str, content: bytes) -> None:
    assert media_type(content) == kind
    assert kind in PICTURES | SOUNDS


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_anything_else_is_nothing(content: bytes) -> None:
    assert media_type(content) is None


@given(st.binary(max_size=80))
def test_any_bytes_have_an_answer(content: bytes) -> None:
    assert media_type(content) in PICTURES | SOUNDS | {None}


@given(st.sampled_from([content for _, content in KNOWN]), st.integers(0, 100), st.binary())
def test_so_has_any_beginning_with_any_end(content: bytes, cut: int, end: bytes) -> None:
    assert media_type(content[:cut] + end) in PICTURES | SOUNDS | {None}
