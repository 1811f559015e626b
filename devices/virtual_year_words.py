"""What the simulated person of a year writes. Few sentences: nobody should take them for real."""

from __future__ import annotations

from biocoach.types import Came

STRAP = "virtual:year"
FEARS = (
    "Something happens to S. on the way",
    "S. does not come back to me in the same mood",
    "I will not stand it and write ten messages",
    "S. is glad to be away from me",
    "I will sit there and not be able to breathe",
)
GONE = {
    Came.NO: (
        "Nothing of it. S. came back and put the kettle on",
        "I read, and I looked at the door a few times",
        "It was long, and then it was over",
        "The wave came twice, and it went twice",
    ),
    Came.PARTLY: (
        "S. was short with me, and then it was all right",
        "I wrote once more than I wanted to",
        "It was hard to breathe for a while",
    ),
    Came.YES: (
        "S. was in a bad mood when the door opened",
        "I did write, and then again",
    ),
}
LEARNT = (
    "The wave has an end",
    "I can want to write and not write",
    "Late is only late",
    "It was hard, and I did it",
    "Afterwards I was tired and a little proud",
)
BODY = (
    "tight chest, then warm hands",
    "buzzing in the arms",
    "heavy, soft",
    "a stone in the stomach that got smaller",
    "quiet",
)
TRIGGERS = (
    "S. did not answer for three hours",
    "A short answer, without a greeting",
    "S. laughed at something on the phone and did not say at what",
    "We argued about the weekend",
    "S. went to bed before me",
)
DID = (
    "Two long messages",
    "I did not answer until the evening",
    "I asked three times if all was well",
)
INSTEAD = ("A walk round the block", "I wrote it down here", "I rang M. and talked of other things")
WHAT_FOR = (
    "To know that S. is still there",
    "So that S. feels what I feel",
    "To have it over",
)
