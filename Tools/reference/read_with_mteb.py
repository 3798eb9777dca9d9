"""Loads what `ajan eval` writes with mteb's own readers, and prints what mteb sees.

    python Tools/reference/read_with_mteb.py runs/mteb
"""

import sys
from pathlib import Path

from mteb.cache import ResultCache
from mteb.results import TaskResult


def main(folder):
    files = [file for file in sorted(Path(folder).rglob("*.json")) if file.name != "model_meta.json"]
    if not files:
        sys.exit(f"{folder}: no result files; `ajan eval` writes them below runs/mteb")
    for file in files:
        # Strict: a file that is not in today's form is refused.
        TaskResult.from_disk(file, load_historic_data=False)
    table = ResultCache(folder).load_results(include_remote=False).to_dataframe()
    print(table.to_string(index=False))
    print(f"{len(files)} result files read")


if __name__ == "__main__":
    main(sys.argv[1])
