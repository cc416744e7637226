"""all-MiniLM-L6-v2 as an ONNX graph, built from its weights without torch.

The network is BERT (Devlin et al. 2019, arXiv 1810.04805) with 6 layers of width 384 (MiniLM, Wang et al. 2020,
arXiv 2002.10957), then the mean over tokens and L2 normalisation (Sentence-BERT, Reimers and Gurevych 2019,
arXiv 1908.10084).

The graph takes exactly one text: `input_ids` int64 [1, n], n <= 256, gives `embedding` float32 [1, 384].
Serving one text at a time needs no padding, and so no attention mask; and int8 results would depend on what
else is in the batch.

`onnx` is needed at set-up time only and is imported where it is used.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Weights = Mapping[str, NDArray[np.float32]]

LAYERS = 6
HEADS = 12
WIDTH = 384
MAX_TOKENS = 256
OPSET = 17
_EPSILON = 1e-12


def build(weights: Weights) -> Any:
    """The fp32 `onnx.ModelProto` for the given safetensors arrays (names as in Hugging Face's BertModel)."""
    from onnx import TensorProto, checker, helper

    graph = _Graph(weights)
    output = _pool(graph, _encode(graph))
    graph.node("Identity", [output], "embedding")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=8,
    )
    checker.check_model(model)
    return model


class _Graph:
    """Nodes and constants while they are collected; every method returns the name of its output."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, kind: str, inputs: list[str], name: str, **attributes: Any) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def linear(self, x: str, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        product = self.node("MatMul", [x, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
        return self.node("Add", [product, self.constant(f"{name}.bias", bias)], name)

    def dense(self, x: str, name: str) -> str:
        return self.linear(x, name, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, x: str, name: str) -> str:
        scale = self.constant(f"{name}.weight", self.weights[f"{name}.weight"])
        shift = self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.node("LayerNormalization", [x, scale, shift], name, axis=-1, epsilon=_EPSILON)

    def scalar(self, name: str, value: float) -> str:
        return self.constant(name, np.asarray(value, np.float32))


def _encode(graph: _Graph) -> str:
    """Embeddings and the six layers; gives hidden states [1, n, 384]."""
    table = graph.constant("words", graph.weights["embeddings.word_embeddings.weight"])
    words = graph.node("Gather", [table, "input_ids"], "word_embeddings", axis=0)
    # There is only one segment, so its embedding is added to every position's beforehand.
    places = graph.weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    places = places + graph.weights["embeddings.token_type_embeddings.weight"][0]
    shape = graph.node("Shape", ["input_ids"], "tokens", start=1, end=2)
    start = graph.constant("zero", np.asarray([0], np.int64))
    positions = graph.node("Slice", [graph.constant("places", places), start, shape], "position_embeddings")
    x = graph.norm(graph.node("Add", [words, positions], "embeddings"), "embeddings.LayerNorm")
    graph.constant("heads", np.asarray([1, -1, HEADS, WIDTH // HEADS], np.int64))
    graph.constant("joined", np.asarray([1, -1, WIDTH], np.int64))
    for name, value in (("one", 1.0), ("half", 0.5), ("root_two", math.sqrt(2.0))):
        graph.scalar(name, value)
    for number in range(LAYERS):
        x = _layer(graph, x, f"encoder.layer.{number}")
    return x


def _layer(graph: _Graph, x: str, name: str) -> str:
    attended = graph.dense(_attention(graph, x, f"{name}.attention.self"), f"{name}.attention.output.dense")
    x = graph.norm(graph.node("Add", [attended, x], f"{name}.residual"), f"{name}.attention.output.LayerNorm")
    wide = _gelu(graph, graph.dense(x, f"{name}.intermediate.dense"), name)
    narrow = graph.dense(wide, f"{name}.output.dense")
    return graph.norm(graph.node("Add", [narrow, x], f"{name}.residual2"), f"{name}.output.LayerNorm")


def _attention(graph: _Graph, x: str, name: str) -> str:
    query = _by_head(graph, x, f"{name}.query", [0, 2, 1, 3], 1.0 / math.sqrt(WIDTH / HEADS))
    key = _by_head(graph, x, f"{name}.key", [0, 2, 3, 1])
    value = _by_head(graph, x, f"{name}.value", [0, 2, 1, 3])
    scores = graph.node("MatMul", [query, key], f"{name}.scores")
    weights = graph.node("Softmax", [scores], f"{name}.softmax", axis=-1)
    context = graph.node("MatMul", [weights, value], f"{name}.context")
    turned = graph.node("Transpose", [context], f"{name}.turned", perm=[0, 2, 1, 3])
    return graph.node("Reshape", [turned, "joined"], name)


def _by_head(graph: _Graph, x: str, name: str, order: list[int], scale: float = 1.0) -> str:
    """A projection split by attention head. The scale of the scores is folded into the weights: one operation less."""
    factor = np.float32(scale)
    weight, bias = graph.weights[f"{name}.weight"] * factor, graph.weights[f"{name}.bias"] * factor
    split = graph.node("Reshape", [graph.linear(x, name, weight, bias), "heads"], f"{name}.split")
    return graph.node("Transpose", [split], f"{name}.heads", perm=order)


def _gelu(graph: _Graph, x: str, name: str) -> str:
    """x/2 (1 + erf(x / sqrt 2)), written so that the run time's optimiser recognises and fuses it."""
    erf = graph.node("Erf", [graph.node("Div", [x, "root_two"], f"{name}.gelu.in")], f"{name}.gelu.erf")
    product = graph.node("Mul", [x, graph.node("Add", [erf, "one"], f"{name}.gelu.one")], f"{name}.gelu.x")
    return graph.node("Mul", [product, "half"], f"{name}.gelu")


def _pool(graph: _Graph, x: str) -> str:
    mean = graph.node("ReduceMean", [x], "mean", axes=[1], keepdims=0)
    length = graph.node("ReduceL2", [mean], "length", axes=[1], keepdims=1)
    return graph.node("Div", [mean, length], "normalised")
