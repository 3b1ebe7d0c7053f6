"""Writes Kokoro's int8 convolutions back as float32 ones.

The registries carry Kokoro-82M as an int8 ONNX model whose 87 convolutions are each written as

    DynamicQuantizeLinear -> ConvInteger (-> Add of an int32 bias) -> Cast -> Mul by both scales.

`ConvInteger` is slow in ONNX Runtime before 1.25 and where the processor has no int8 instructions. The same
weights, dequantized, in one float32 `Conv` say the same, in 256 MB instead of 92.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from tts_voices.errors import SourceError


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


def write_float32(int8: Path, target: Path) -> None:
    """Write the float32 model made from an int8 one. Raises SourceError if its graph is not as expected."""
    model = onnx.load(int8)
    rewrite(model)
    onnx.save(model, target)


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
