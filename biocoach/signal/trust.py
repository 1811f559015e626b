"""Signal trust (B9): when there is no reading, how good one is, and what must not be concluded."""

from __future__ import annotations

from collections.abc import Sequence

from biocoach.settings import Settings
from biocoach.types import Contact, Features, Link, Quality

FLAT_BEATS = 16  # a living heart never repeats one interval this often


class Trust:
    def __init__(self, settings: Settings, rhythm_unreliable: bool) -> None:
        self._set = settings
        self._contact = Contact.UNKNOWN
        self._beat_at_s: float | None = None
        self._up_at_s: float | None = None
        self._link_reason = ""
        self._was_down = False
        self._same_rr: float | None = None
        self._same_count = 0
        self._seconds = 0
        self._gated_seconds = 0
        self._doubted_until_s = 0.0
        self._in_step_s = 0.0
        self.detects = not rhythm_unreliable
        self.hrv_on = not rhythm_unreliable
        self.rates_only = False  # a strap that sends no beat intervals

    def contact(self, contact: Contact) -> None:
        self._contact = contact

    def heard(self, at_s: float) -> None:
        """A beat, or a rate that can be believed, came."""
        self._beat_at_s = at_s
        if self._link_reason:  # a file may not say that the link is up again; its beats do
            self.link(at_s, Link(up=True))

    def beats(self, at_s: float, rr_ms: Sequence[float]) -> None:
        self.heard(at_s)
        for value in rr_ms:
            self._same_count = self._same_count + 1 if value == self._same_rr else 1
            self._same_rr = value

    def link(self, at_s: float, link: Link) -> None:
        if link.up:
            if self._was_down:  # the first connection is not a reconnect
                self._up_at_s = at_s
            self._link_reason = ""
            return
        self._was_down = True
        self._link_reason = link.reason or "link_down"

    @property
    def last_reason(self) -> str:
        return self._link_reason or "no_beats"

    def missing(self, at_s: float) -> str:
        """Why there is no reading at this second, whatever the windows hold; or nothing."""
        if self._link_reason:
            return "link_down"
        if self._beat_at_s is None or at_s - self._beat_at_s > self._set.beats.silence_s:
            return "silent"
        if self._contact is Contact.LOST:
            return "contact"
        return ""

    def flagged(self, at_s: float, features: Features) -> None:
        """Count the seconds in which HRV had to be left out; too many turn it off for good."""
        if not features.coverage:
            return
        self._seconds += 1
        if features.flagged_share > self._set.features.flagged_hrv_max:
            self._gated_seconds += 1
        long_enough = self._seconds >= self._set.features.gated_after_s
        if long_enough and self._gated_seconds > self._set.features.gated_share_max * self._seconds:
            self.hrv_on = False

    def quality(self, at_s: float, features: Features) -> Quality:
        if features.hr_bpm is None or self._same_count >= FLAT_BEATS or self._quarantined(at_s):
            return Quality.POOR
        if at_s < self._in_step_s:
            return Quality.POOR
        if self.rates_only:  # smoothed by the strap, nobody knows how
            return Quality.FAIR
        noisy = features.flagged_share > self._set.features.flagged_hrv_max
        if noisy or features.coverage < self._set.features.fair_coverage_min:
            return Quality.FAIR
        return Quality.FAIR if at_s < self._doubted_until_s else Quality.GOOD

    def doubted(self, at_s: float) -> None:
        """A second reading of the same beats came out differently."""
        self._doubted_until_s = at_s + self._set.opinion.cap_s

    def out_of_step(self, at_s: float) -> None:
        """More or fewer beats came than the time has room for: every word twice, or a late heap.
        What is read of them is not believed until it would have been noticed again."""
        self._in_step_s = at_s + 1.5 * self._set.beats.drift_window_s

    def quality_why(self, at_s: float, quality: Quality) -> str:
        """A short code where something else than the beats themselves lowers the quality."""
        if self.rates_only and quality is Quality.FAIR:
            return "no_rr"
        capped = quality is Quality.FAIR and at_s < self._doubted_until_s
        return "second_opinion" if capped else ""

    def poor_why(self, at_s: float) -> str:
        """Why a rate that is there is of poor quality."""
        if self._quarantined(at_s):
            return "quarantine"
        return "out_of_step" if at_s < self._in_step_s else "flat"

    def _quarantined(self, at_s: float) -> bool:
        return self._up_at_s is not None and at_s - self._up_at_s < self._set.beats.quarantine_s
