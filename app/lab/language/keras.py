"""A shim for Keras as lessons write it."""

from app.lab.language.values import Value

KERAS: dict[str, Value] = {}
KERAS_LAYERS: dict[str, Value] = {}
KERAS_MODELS: dict[str, Value] = {}
