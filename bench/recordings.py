"""How fast a new photo is compared with a million others: made by SQL in a table like the real one, found by its query.

    python bench/recordings.py [rows]      needs DATABASE_URL; makes and drops a table of its own

Prints are random, as those of different photos are. Searched for are copies up to six bits away, all of which must be
found, and new photos, of which none should be. A search by bands is compared with one that looks at every row.
"""

import os
import random
import statistics
import sys
import time

import psycopg

from app.recordings.rules import NEAR, bands, probes, signed

FIND = """
SELECT id, bit_count((print64 # %(p)s)::bit(64)) AS away FROM bench_prints
WHERE bands && %(probes)s::int[] AND bit_count((print64 # %(p)s)::bit(64)) <= %(near)s ORDER BY away LIMIT 20
"""
WALK = """
SELECT id FROM bench_prints WHERE bit_count((print64 # %(p)s)::bit(64)) <= %(near)s LIMIT 20
"""


def turned(print64: int, chance: random.Random) -> int:
    """A print as it comes out of a picture saved again: up to six bits away."""
    for bit in chance.sample(range(64), chance.randrange(NEAR + 1)):
        print64 ^= 1 << bit
    return print64


def milliseconds(connection: psycopg.Connection, query: str, print64: int) -> tuple[float, int]:
    """How long one search takes, and how many it finds."""
    values = {"p": signed(print64), "probes": probes(print64), "near": NEAR}
    since = time.perf_counter()
    found = connection.execute(query, values).fetchall()
    return (time.perf_counter() - since) * 1000, len(found)


def fill(connection: psycopg.Connection, rows: int, chance: random.Random) -> list[int]:
    """So many prints by COPY; three hundred of them."""
    known = []
    with connection.cursor().copy("COPY bench_prints (print64, bands) FROM STDIN") as copy:
        for number in range(rows):
            print64 = chance.getrandbits(64)
            if number % max(1, rows // 300) == 0:
                known.append(print64)
            copy.write_row((signed(print64), bands(print64)))
    return known


def main(rows: int) -> None:
    """Fill, search, print."""
    chance = random.Random(4306)  # noqa: S311  # examples, no secrets
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS bench_prints")
        connection.execute(
            "CREATE TABLE bench_prints (id bigint GENERATED ALWAYS AS IDENTITY, print64 bigint, bands int[])"
        )
        since = time.perf_counter()
        known = fill(connection, rows, chance)
        connection.execute("CREATE INDEX ON bench_prints USING gin (bands)")
        connection.execute("VACUUM ANALYZE bench_prints")
        print(f"{rows:,} prints made and indexed in {time.perf_counter() - since:.1f} s")
        for words, sample in (
            ("near copies", [turned(number, chance) for number in known]),
            ("new photos", [chance.getrandbits(64) for _ in known]),
        ):
            took = [milliseconds(connection, FIND, number) for number in sample]
            hits = sum(count > 0 for _time, count in took)
            times = sorted(one for one, _count in took)
            figures = f"median {statistics.median(times):.1f} ms, p99 {times[-3]:.1f} ms"
            print(f"{words}: {figures}, found {hits} of {len(took)}")
        walked = [milliseconds(connection, WALK, chance.getrandbits(64))[0] for _ in range(5)]
        print(f"looking at every row: median {statistics.median(walked):.0f} ms")
        connection.execute("DROP TABLE bench_prints")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
