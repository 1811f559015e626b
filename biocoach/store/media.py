"""What a file is, by its bytes alone: pictures and sounds that every browser shows. Total and pure.

Neither its name nor what a page says of it is believed. What is not surely one of these is
nothing. Sources: ITU T.81 (JPEG), W3C PNG, RFC 9649 (WebP), RFC 8794 and Matroska (WebM),
RFC 3533 and RFC 5334 (Ogg), ISO/IEC 14496-12 and MP4RA (MP4), RFC 2361 (WAV), ISO/IEC 11172-3
and 13818-3 (MP3).
"""

from __future__ import annotations

PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SOUNDS = frozenset({"audio/webm", "audio/ogg", "audio/mp4", "audio/wav", "audio/mpeg"})

_EBML = b"\x1a\x45\xdf\xa3"
_EBML_DOC_TYPE = b"\x42\x82"
_OGG_CODECS = (b"OpusHead", b"\x01vorbis", b"\x7fFLAC", b"Speex   ")
# Major brands of MP4 in which browsers and phones keep sound; pictures (heic, avif) have others.
_MP4_BRANDS = frozenset(
    b"M4A |M4B |isom|iso2|iso4|iso5|iso6|iso8|iso9|mp41|mp42|dash|msdh".split(b"|")
)
_WAV_HEAD = 44  # RIFF, the format and the data's own head
_ID3_HEAD = 10
# ISO/IEC 11172-3 and 13818-3, layer III: kbit/s by index, Hz by version and index.
_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


def media_type(content: bytes) -> str | None:
    """The media type to serve it as; None for anything else."""
    for found, is_it in _KNOWN:
        if is_it(content):
            return found
    return None


def _is_jpeg(content: bytes) -> bool:
    return content[:3] == b"\xff\xd8\xff" and len(content) > 3


def _is_png(content: bytes) -> bool:
    return content[:8] == b"\x89PNG\r\n\x1a\n" and content[12:16] == b"IHDR"


def _is_webp(content: bytes) -> bool:
    riff = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return riff and content[12:16] in (b"VP8 ", b"VP8L", b"VP8X")


def _is_webm(content: bytes) -> bool:
    """The head says ``webm``; its fields come in any order, in the first bytes."""
    head = content[:64]
    at = head.find(_EBML_DOC_TYPE)
    return head[:4] == _EBML and at > 0 and head[at + 2 : at + 7] == b"\x84webm"


def _is_ogg(content: bytes) -> bool:
    """One whole page's head, and the codec's name where the page's bytes begin."""
    if content[:5] != b"OggS\x00" or len(content) < 27:
        return False
    return content[27 + content[26] :].startswith(_OGG_CODECS)


def _is_mp4(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _MP4_BRANDS


def _is_wav(content: bytes) -> bool:
    riff = content[:4] == b"RIFF" and content[8:12] == b"WAVE"
    return riff and len(content) > _WAV_HEAD


def _is_mp3(content: bytes) -> bool:
    """Two frames, the second where the first ends; perhaps a tag before them."""
    at = _after_id3(content)
    length = _frame_bytes(content[at : at + 4])
    return length > 0 and _frame_bytes(content[at + length : at + length + 4]) > 0


def _after_id3(content: bytes) -> int:
    """Where the sound begins; the tag's length is written in seven bits a byte (ID3v2.4)."""
    if content[:3] != b"ID3" or len(content) < _ID3_HEAD:
        return 0
    a, b, c, d = content[6:10]
    return _ID3_HEAD + (a << 21 | b << 14 | c << 7 | d)


def _frame_bytes(head: bytes) -> int:
    """How long the layer III frame with this head is; 0 for no such head."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, bits = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 4
    if version == 1 or rate == 3 or bits in (0, 15):
        return 0
    first = version == 3
    kbits = (_KBITS_1 if first else _KBITS_2)[bits]
    padding = head[2] >> 1 & 1
    return (144 if first else 72) * kbits * 1000 // _RATES_HZ[version][rate] + padding


_KNOWN = (
    ("image/jpeg", _is_jpeg),
    ("image/png", _is_png),
    ("image/webp", _is_webp),
    ("audio/webm", _is_webm),
    ("audio/ogg", _is_ogg),
    ("audio/mp4", _is_mp4),
    ("audio/wav", _is_wav),
    ("audio/mpeg", _is_mp3),
)
