"""`python -m index.calibration`: fit what is shipped, `general.json`, on the bundled documents."""

from __future__ import annotations

import sys

import msgspec

from corpus.load import DEFAULT_CORPUS, load_corpus
from index.calibration.fit import GENERAL, fit_general
from index.encoding.reference import load_encoder
from index.gather import gather


def main() -> int:
    """Write the file and say what stands in it."""
    corpus, encoder = load_corpus(DEFAULT_CORPUS), load_encoder()
    material, _ = gather(corpus, encoder)
    general = fit_general(material, corpus.documents, encoder.encode_texts)
    GENERAL.write_bytes(msgspec.json.format(msgspec.json.encode(general), indent=1) + b"\n")
    print(f"Wrote {GENERAL}: weights from {general.alone.questions} answerable questions.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
