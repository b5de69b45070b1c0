"""``lock.py PACKAGE@VERSION FILE…`` writes what those files of static/vendor are into its LOCK.json."""

import hashlib
import json
import sys
from pathlib import Path

VENDOR = Path(__file__).parents[1] / "static" / "vendor"
LOCK = VENDOR / "LOCK.json"


def lock(package: str, files: list[str]) -> None:
    name, _, version = package.rpartition("@")
    known = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    for file in files:
        known[file] = {"from": {name: version}, "sha256": hashlib.sha256((VENDOR / file).read_bytes()).hexdigest()}
    LOCK.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    lock(sys.argv[1], sys.argv[2:])
