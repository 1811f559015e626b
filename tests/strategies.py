"""What the property tests draw from, and how: always the same examples."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from biocoach.types import (
    Amend,
    Answer,
    Contact,
    Debrief,
    End,
    InputBody,
    Label,
    Link,
    Mark,
    MarkKind,
    Motion,
    NumbersShown,
    OfferReply,
    Plan,
    PracticeLog,
    PracticeMoment,
    Presence,
    Rating,
    Reading,
    Reply,
    Step,
    Support,
    Urge,
    UrgeKind,
)

# Derandomised: a failure is the same for everybody, and no run depends on luck. Long stories
# are not shrunk: that takes longer than reading them.
# A mutant is tried with few examples, and one that fails is enough (`python -m tests.mutants`).
MUTATING = "MUTANT_UNDER_TEST" in os.environ
PROVEN = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate) if MUTATING else tuple(Phase),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
STORIES = settings(
    PROVEN, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
)


def proven(examples: int) -> settings:
    return settings(PROVEN, max_examples=min(examples, 20) if MUTATING else examples)


# What a strap may put into an RR field, the absurd ones too.
rr_1024 = st.one_of(
    st.integers(600, 1100), st.integers(0, 65535), st.sampled_from([0, 26, 28, 65535])
)
packets = st.lists(rr_1024, max_size=9).map(tuple)
arrivals = st.lists(
    st.tuples(st.floats(0, 30, allow_nan=False), packets), min_size=1, max_size=60
)  # (seconds since the one before, RR)


def reading(rr: tuple[int, ...] = (), contact: Contact = Contact.DETECTED) -> Reading:
    return Reading(raw=b"", bpm=70, rr_1024=rr, contact=contact)


def motion(mg: int = 0) -> Motion:
    """A second of lying in one posture, shaken by so many mg."""
    samples = tuple((0, 0, 1000 + (mg if i % 2 else -mg)) for i in range(25))
    return Motion(raw=b"", timestamp_ns=0, samples_mg=samples)


def plan(support: Support = Support.REGULATE, *, sits_still: bool = True, suds: int = 40) -> Plan:
    step = Step(id="shop", title="To the shop", support=support, expected_suds=suds)
    return Plan(step=step, planned_s=900.0, sits_still=sits_still)


words_of_the_person: st.SearchStrategy[InputBody] = st.one_of(
    st.builds(plan, st.sampled_from(Support), sits_still=st.booleans()),
    st.builds(Mark, kind=st.sampled_from(MarkKind)),
    st.builds(
        Rating,
        suds=st.none() | st.integers(0, 100),
        presence=st.none() | st.sampled_from(Presence),
    ),
    st.builds(Urge, kind=st.sampled_from(UrgeKind), acted=st.none() | st.booleans()),
    st.builds(Label, answer=st.sampled_from(Answer), activation=st.none() | st.integers(1, 4)),
    st.builds(OfferReply, reply=st.sampled_from(Reply)),
    st.builds(
        PracticeLog,
        practice=st.just("slow-paced-4-6"),
        moment=st.sampled_from(PracticeMoment),
        asked=st.booleans(),
        paced=st.booleans(),
    ),
    st.builds(NumbersShown, shown=st.booleans()),
    st.builds(Amend, of_number=st.integers(0, 30)),
    st.just(Debrief(suds=20)),
    st.just(End()),
)
things_of_the_strap: st.SearchStrategy[InputBody] = st.one_of(
    st.builds(reading, packets, st.sampled_from(Contact)),
    st.builds(motion, st.sampled_from([0, 20, 80, 400])),
    st.builds(Link, up=st.booleans(), reason=st.sampled_from(["", "silent", "out of range"])),
)
anything = st.one_of(words_of_the_person, things_of_the_strap)
