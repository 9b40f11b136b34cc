"""Reference model -> a folder that questions can be embedded from without it.

    <store>/models/<fingerprint>/model.json    what it is, and the sha256 of each file
                                 model.onnx weights.bin tokenizer.json words.npy
                                 (background-<means>: vectors, see `index.disk.kept`)

Indexes of the same model share it. Nothing believes an export before it was compared with the
reference on the questions of the documents at hand; an index names the export that it was compared
with. Where a model cannot be exported, or the export differs, the reference embeds the questions.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.disk.folder import AskingRecord, FileRecord, flush, locked
from index.disk.hashes import Hashes
from index.encoding.encoder import Encoder, Vectors
from index.encoding.light import FILES, GRAPH, TOKENIZER, WEIGHTS, WORD_INPUT, WORDS, LightEncoder
from index.encoding.reference import SentenceEncoder
from index.errors import CorruptIndex

FORMAT = 1
_DESCRIPTION = "model.json"
_LIBRARIES = ("onnx", "sentence-transformers", "torch", "transformers")
# Least cosine between the two encoders' vectors of a question.
_ALIKE = 0.99999
# Passages of a question whose order is compared, and the difference in score up to which two of
# them are a tie: float32 sums are that far apart when they are added up in another order.
_RANKED = 10
_TIE = 1e-5
# Tensors of so many bytes go into a file of their own, which is mapped into memory.
_LARGE = 1024


class _Export(msgspec.Struct, frozen=True):
    """What an export says about itself."""

    format: int
    fingerprint: str
    window: int
    dimension: int
    prompt: str
    modules: list[str]
    libraries: dict[str, str]
    files: dict[str, FileRecord]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the last build of an index has compared, with which export."""

    export: str
    texts: Collection[str]


class NotExported(Exception):
    """A model that cannot be exported, or whose export is not the same. `str(error)` says why."""


def open_light(
    record: AskingRecord,
    reference: SentenceEncoder,
    fingerprint: str,
    *,
    store: Path,
    hashes: Hashes,
) -> LightEncoder:
    """The encoder that an index was compared with.

    :param reference: the model that was exported; nothing of it is loaded.
    :raises CorruptIndex: it is not there, or a file of it is not the one that was written.
    """
    folder = model_folder(fingerprint, store)
    found, digest = _read(folder, hashes)
    if digest != record.export:
        raise CorruptIndex(f"{folder} does not hold the model that the index was compared with")
    return _opened(folder, found, reference.name)


def is_whole(record: AskingRecord, fingerprint: str, *, store: Path) -> bool:
    """Whether the export that an index was compared with is there, with all its hashes."""
    try:
        return (
            not record.export
            or record.export == _read(model_folder(fingerprint, store), Hashes())[1]
        )
    except CorruptIndex:
        return False


def export(
    encoder: Encoder,
    questions: Sequence[str],
    vectors: Vectors,
    *,
    store: Path,
    report: Callable[[str], None],
    before: Compared | None = None,
) -> AskingRecord:
    """Export a model where that has not been done, and compare it with the model itself.

    What was compared before, with this very export, need not be again: both give what they gave.

    :param questions: that are compared.
    :param vectors: of the passages that the questions are asked of, `(n, dimension)`.
    :param report: is told in a sentence when the reference embeds the questions.
    :param before: made by the same model and the same libraries.
    :return: what embeds the questions of the index at hand.
    """
    if not isinstance(encoder, SentenceEncoder):
        return AskingRecord(reason="the encoder is no sentence-transformers model")
    try:
        folder = model_folder(encoder.fingerprint, store)
        with locked(folder, lambda: report("Another process exports the model; waiting.")):
            found, digest = _made(folder, encoder)
        known = before.texts if before and before.export == digest else ()
        if new := [question for question in questions if question not in known]:
            _compare(folder, found, encoder, new, vectors)
    except NotExported as error:
        report(f"Questions are embedded by sentence-transformers, which starts slowly: {error}.")
        return AskingRecord(reason=str(error))
    return AskingRecord(export=digest, compared=len(questions))


def _compare(
    folder: Path,
    found: _Export,
    reference: SentenceEncoder,
    questions: Sequence[str],
    vectors: Vectors,
) -> None:
    try:
        compare(_opened(folder, found, reference.name), reference, questions, vectors)
    except (NotExported, OSError, MemoryError):
        raise
    except Exception as error:  # whatever the runtime raises, it cannot serve this export
        said = (str(error).splitlines() or [""])[0]
        raise NotExported(f"it cannot be run ({type(error).__name__}: {said})") from error


def compare(light: Encoder, reference: Encoder, questions: Sequence[str], vectors: Vectors) -> None:
    """Hold an export against the model.

    :raises NotExported: a vector is another, or a passage would be found in another place.
    """
    for question in questions:
        ours, right = light.encode_question(question), reference.encode_question(question)
        cosine = float(ours.astype(np.float64) @ right)
        if not cosine >= _ALIKE:
            raise NotExported(f"the export gives a vector with a cosine of {cosine:.6f} to its own")
        if len(vectors) and not _same_order(vectors @ ours, vectors @ right):
            raise NotExported("the export would find other passages")


def _same_order(ours: NDArray[np.float32], right: NDArray[np.float32]) -> bool:
    """Whether our first rows are the right ones, one by one, but for ties."""
    first = np.argsort(-ours, kind="stable")[:_RANKED]
    best = np.sort(right)[::-1][:_RANKED]
    return bool((np.abs(right[first] - best) <= _TIE).all())


def model_folder(fingerprint: str, store: Path) -> Path:
    """Where a store keeps what all indexes of a model share."""
    # Hashed, for a name on the hub is no name of a folder.
    return store / "models" / hashlib.sha256(fingerprint.encode()).hexdigest()[:16]


def _read(folder: Path, hashes: Hashes) -> tuple[_Export, str]:
    """An export whose files are those that were written, and the sha256 of its description.

    :raises CorruptIndex: it is not.
    """
    path = folder / _DESCRIPTION
    try:
        content = path.read_bytes()
        found = msgspec.json.decode(content, type=_Export)
        for name in FILES:
            if hashes.sha256(folder / name) != found.files[name].sha256:
                raise CorruptIndex(f"{folder / name} is not the file that was written")
    except OSError as error:
        raise CorruptIndex(f"{error.filename or path} cannot be read ({error.strerror})") from None
    except (KeyError, msgspec.MsgspecError) as error:
        raise CorruptIndex(f"{path} is damaged ({error})") from None
    if found.format != FORMAT:
        raise CorruptIndex(f"{path} has format {found.format}; this version writes {FORMAT}")
    return found, hashlib.sha256(content).hexdigest()


def _made(folder: Path, reference: SentenceEncoder) -> tuple[_Export, str]:
    """An export that is whole: the one that is there, or else a new one."""
    try:
        return _read(folder, Hashes())
    except CorruptIndex:
        _write(folder, reference)
        return _read(folder, Hashes())


def _write(folder: Path, reference: SentenceEncoder) -> None:
    """Write an export, whole or not at all, in place of one that is damaged.

    :raises NotExported: the model cannot be written as ONNX.
    """
    prefix = f"unfinished-{folder.name}-"
    for killed in folder.parent.glob(f"{prefix}*"):  # the caller holds the lock
        shutil.rmtree(killed, ignore_errors=True)
    unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        _write_model(unfinished, reference)
        written = _Export(
            format=FORMAT,
            fingerprint=reference.fingerprint,
            window=reference.window,
            dimension=reference.dimension,
            prompt=reference.prompt,
            modules=reference.modules,
            libraries={name: version(name) for name in _LIBRARIES},
            files={name: FileRecord.of(unfinished / name) for name in FILES},
        )
        content = msgspec.json.format(msgspec.json.encode(written), indent=1) + b"\n"
        (unfinished / _DESCRIPTION).write_bytes(content)
        for path in (*unfinished.iterdir(), unfinished):
            flush(path)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
        flush(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _write_model(folder: Path, reference: SentenceEncoder) -> None:
    # Needed by this alone, once for a model.
    import onnx

    whole = folder / "whole.onnx"
    try:
        reference.write_graph(whole)
        graph = onnx.load(whole)
        _share_words(graph.graph, reference.word_table)
        onnx.save_model(
            graph,
            str(folder / GRAPH),
            save_as_external_data=True,
            all_tensors_to_one_file=True,
            location=WEIGHTS,
            size_threshold=_LARGE,
        )
        whole.unlink()
        (folder / TOKENIZER).write_text(reference.tokenizer, encoding="utf-8")
        np.save(folder / WORDS, reference.word_table, allow_pickle=False)
    except OSError:
        raise  # of the disk, not of the model
    except Exception as error:  # whatever the libraries raise, this model is not exported
        said = (str(error).splitlines() or [""])[0]
        raise NotExported(f"it cannot be exported ({type(error).__name__}: {said})") from error


def _share_words(graph: Any, table: Vectors) -> None:
    """Give a graph the vectors of words as an input, where it holds a table of them.

    The table is half of a small model and is needed by itself too: so it lies on the disk and in
    memory once. A graph in which it is not found is left as it is.
    """
    from onnx import TensorProto, helper, numpy_helper

    for node in graph.node:
        if node.op_type != "Gather" or node.input[1] != "input_ids":
            continue
        held = next((one for one in graph.initializer if one.name == node.input[0]), None)
        users = [other for other in graph.node if node.input[0] in other.input]
        if not held or len(users) > 1 or not np.array_equal(numpy_helper.to_array(held), table):
            continue
        for other in graph.node:
            found = [WORD_INPUT if name == node.output[0] else name for name in other.input]
            other.input[:] = found
        shape = ["texts", "tokens", table.shape[1]]
        graph.input.append(helper.make_tensor_value_info(WORD_INPUT, TensorProto.FLOAT, shape))
        graph.initializer.remove(held)
        graph.node.remove(node)
        return


def _opened(folder: Path, found: _Export, name: str) -> LightEncoder:
    return LightEncoder(
        folder,
        name=name,
        fingerprint=found.fingerprint,
        window=found.window,
        dimension=found.dimension,
        prompt=found.prompt,
    )
