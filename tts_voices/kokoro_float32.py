"""Makes Kokoro fast on plain processors: its int8 convolutions become float32 ones, once, at install.

The registries carry Kokoro-82M as an int8 ONNX model whose 87 convolutions are each written as

    DynamicQuantizeLinear -> ConvInteger (-> Add of an int32 bias) -> Cast -> Mul by both scales.

ONNX Runtime has no fast kernel for `ConvInteger`: it takes 87 % of the time. The same weights,
dequantized, in one float32 `Conv` say the same in less than half the time, for 256 MB instead of 92.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from tts_voices.errors import SourceError

# Mean distance in dB between the log-mel spectra of one sentence by both models; two sentences are above 10.
MAX_DISTANCE_DB = 3.0
# "Bonjour, vous êtes bien à la mairie de Nîmes." in the symbols of config.json.
PROOF_TOKENS = (
    *(0, 44, 76, 17, 147, 156, 63, 128, 3, 16, 64, 63, 68, 16, 86, 62, 16, 44, 52, 156, 86, 17, 56, 16, 43),
    *(16, 54, 43, 16, 55, 86, 128, 156, 51, 16, 46, 83, 16, 56, 156, 51, 55, 4, 0),
)


@dataclass(slots=True)
class _Graph:
    """The model's graph with the look-ups that rewriting needs."""

    graph: Any
    consumers: dict[str, list[Any]] = field(default_factory=dict)
    producer: dict[str, Any] = field(default_factory=dict)
    initializers: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.initializers = {item.name: item for item in self.graph.initializer}
        for node in self.graph.node:
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)
            for name in node.output:
                self.producer[name] = node

    def constant(self, name: str) -> NDArray[Any]:
        return np.asarray(numpy_helper.to_array(self.initializers[name]))

    def only_consumer(self, name: str, op_type: str) -> Any:
        consumers = self.consumers.get(name, [])
        if len(consumers) != 1 or consumers[0].op_type != op_type:
            raise SourceError(f"unexpected graph: {name} does not feed exactly one {op_type}")
        return consumers[0]


def build(int8: Path, voice: Path, target: Path, max_distance_db: float = MAX_DISTANCE_DB) -> None:
    """Write the float32 model beside the int8 one and prove that both say the same.

    int8, target: ONNX files. voice: style table, float32 [510, 256]. max_distance_db: between the log-mel
    spectra of one sentence by both. Raises SourceError.
    """
    model = onnx.load(int8)
    rewrite(model)
    partial = target.with_name(f"{target.name}.part")
    onnx.save(model, partial)
    style_table = np.fromfile(voice, dtype=np.float32).reshape(-1, 256)
    distance_db = mel_distance_db(
        synthesize(int8, PROOF_TOKENS, style_table), synthesize(partial, PROOF_TOKENS, style_table)
    )
    if not distance_db <= max_distance_db:
        partial.unlink()
        raise SourceError(f"the float32 model is {distance_db:.1f} dB away from the int8 one")
    partial.replace(target)


def rewrite(model: Any) -> int:
    """Replace every quantized convolution of `model` in place; return how many there were."""
    view = _Graph(model.graph)
    replaced = {}
    for node in model.graph.node:
        if node.op_type == "ConvInteger":
            last, conv = _as_conv(view, node)
            replaced[last.name] = conv
    nodes = [replaced.get(node.name, node) for node in model.graph.node]
    _keep_reachable(model.graph, nodes)
    return len(replaced)


def _as_conv(view: _Graph, node: Any) -> tuple[Any, Any]:
    """Return the last node of one quantized convolution, and the float32 node that stands for all of it."""
    quantize = view.producer[node.input[0]]
    weights = view.constant(node.input[1]).astype(np.float32) - view.constant(node.input[3]).astype(
        np.float32
    )
    inputs = [quantize.input[0], f"{node.name}_weights"]
    add = view.consumers[node.output[0]][0]
    accumulated = node.output[0]
    if add.op_type == "Add":
        inputs.append(_float_bias(view, next(name for name in add.input if name != accumulated)))
        accumulated = add.output[0]
    cast = view.only_consumer(accumulated, "Cast")
    rescale = view.only_consumer(cast.output[0], "Mul")
    scales = view.producer[next(name for name in rescale.input if name != cast.output[0])]
    weight_scale = next(name for name in scales.input if name in view.initializers)
    weights *= view.constant(weight_scale)
    view.graph.initializer.append(numpy_helper.from_array(weights, inputs[1]))
    conv = helper.make_node("Conv", inputs, list(rescale.output), name=f"{node.name}_float32")
    conv.attribute.extend(node.attribute)
    return rescale, conv


def _float_bias(view: _Graph, name: str) -> str:
    """Follow an int32 bias back (Reshape, Cast, Floor, Div) to the float32 one that it was made from."""
    for op_type in ("Reshape", "Cast", "Floor", "Div"):
        node = view.producer[name]
        if node.op_type != op_type:
            raise SourceError(f"unexpected graph: the bias passes {node.op_type}, not {op_type}")
        name = node.input[0]
    if name not in view.initializers:
        raise SourceError("unexpected graph: a bias is no constant")
    return str(name)


def _keep_reachable(graph: Any, nodes: list[Any]) -> None:
    """Leave in the graph only what its outputs need; nodes stay in their order."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    del graph.node[:]
    graph.node.extend(reversed(kept))
    constants = [item for item in graph.initializer if item.name in needed]
    del graph.initializer[:]
    graph.initializer.extend(constants)


def synthesize(model: Path, tokens: tuple[int, ...], style_table: NDArray[np.float32]) -> NDArray[np.float32]:
    """Run a Kokoro model on symbols, a 0 at both ends; return float32 samples at 24 kHz."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    feed = {
        "tokens": np.array([tokens], dtype=np.int64),
        "style": style_table[len(tokens) - 2][None, :],
        "speed": np.ones(1, dtype=np.float32),
    }
    return np.asarray(session.run(None, feed)[0], dtype=np.float32).ravel()


def mel_distance_db(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return the mean absolute distance in dB between two log-mel spectra (24 kHz, 40 bands, 25 ms)."""
    spectra = [_log_mel_db(samples) for samples in (one, other)]
    n_frames = min(len(spectrum) for spectrum in spectra)
    if n_frames < 0.95 * max(len(spectrum) for spectrum in spectra):
        return float("inf")
    return float(np.mean(np.abs(spectra[0][:n_frames] - spectra[1][:n_frames])))


def _log_mel_db(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    size, hop = 600, 240
    n_frames = 1 + (len(samples) - size) // hop
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop][:n_frames]
    power = np.abs(np.fft.rfft(frames * np.hanning(size), 1024)) ** 2
    # 80 dB below full scale is where hearing and telephony stop.
    return 10 * np.log10(power @ _mel_bands(power.shape[1]) + 1e-4)


def _mel_bands(n_bins: int) -> NDArray[np.float64]:
    """Triangular bands, even on the mel scale up to 12 kHz: [n_bins, 40]."""
    edges_hz = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 12_000 / 700), 42) / 2595) - 1)
    bins = np.linspace(0, 12_000, n_bins)[:, None]
    rising = (bins - edges_hz[:-2]) / (edges_hz[1:-1] - edges_hz[:-2])
    falling = (edges_hz[2:] - bins) / (edges_hz[2:] - edges_hz[1:-1])
    return np.clip(np.minimum(rising, falling), 0, None)
