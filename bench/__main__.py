"""Run the measurements: all, or those named. Prints tables, writes `bench/results.json`; 1 where a goal is missed.

python -m bench [imports] [menu] [race] [enroll] [search] [signings] [quotes] [claims] [certificates] [verify]
"""

import json
import os
import platform
import sys
from pathlib import Path

from bench import certificates, claims, enroll_service, imports, menu, quotes, race, search, signings, verify

BENCHES = {
    "imports": imports.run,
    "menu": menu.run,
    "race": race.run,
    "enroll": enroll_service.run,
    "search": search.run,
    "signings": signings.run,
    "quotes": quotes.run,
    "claims": claims.run,
    "verify": verify.run,
    "certificates": certificates.run,
}
RESULTS = Path(__file__).parent / "results.json"


def main(wanted: list[str]) -> int:
    """Run the benches that are named, all if none is."""
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        print(f"no bench is called {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}")
        return 2
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    missed = []
    for name in wanted or BENCHES:
        results[name] = BENCHES[name]()
        results["machine"] = {"cores": os.cpu_count(), "python": platform.python_version()}
        RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
        if "missed" in results[name]:
            missed.append(f"{name} missed its goal: {results[name]['missed']}")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
