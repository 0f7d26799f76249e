"""How many payments are looked at afterwards for a stated margin. Pure, in whole numbers."""

PERCENT = 100
NORMAL_95 = 196
"""The normal quantile of 95 % confidence, in hundredths."""


def sample_size(population: int, margin_percent: int) -> int:
    """N = N·z²·p(1−p) ÷ (e²·(N−1) + z²·p(1−p)), rounded up, with p = 1/2 (the worst case) and 95 % confidence.

    The usual size for a share in a finite population; `margin_percent` is e, between 1 and 50.
    """
    if population <= 0:
        return 0
    if not 1 <= margin_percent <= PERCENT // 2:
        raise ValueError("a margin lies between 1 and 50 percent")
    # Everything times 4·100², so that nothing is rounded before the end.
    spread = NORMAL_95 * NORMAL_95
    above = population * spread
    below = 4 * margin_percent * margin_percent * (population - 1) + spread
    return min(population, -(-above // below))
