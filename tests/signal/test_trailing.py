"""The sorted window against NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biocoach.signal.trailing import Trailing
from tests.strategies import proven


@given(
    st.lists(st.floats(-1e6, 1e6) | st.sampled_from([1.0, 2.0]), min_size=1, max_size=200),
    st.integers(1, 91),
    st.floats(0, 1),
)
@proven(150)
def test_quantiles_are_numpys_over_the_last_values(
    values: list[float], size: int, share: float
) -> None:
    window = Trailing(size)
    for value in values:
        window.add(value)
    kept = values[-size:]
    assert len(window) == len(kept)
    assert window.quantile(share) == pytest.approx(float(np.quantile(kept, share)), abs=1e-6)
