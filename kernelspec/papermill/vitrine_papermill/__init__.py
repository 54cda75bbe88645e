"""Lets papermill give parameters to notebooks in Swift.

papermill writes the parameters into a cell of their own, after the one that is tagged `parameters`, in the notebook's
language. It knows how for some languages; this adds Swift. Nothing needs to be imported: papermill loads the packages
that offer an engine, and the engine here is its own under another name.
"""
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
DECLARATION = re.compile(
    r"^\s*(?:let|var)\s+(?P<name>[^\W\d]\w*)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*(?P<value>.*?)\s*(?://\s*(?P<help>.*?)\s*)?$")


class Engine(NBClientEngine):
    """papermill's own engine."""


class SwiftTranslator(Translator):
    """Values of JSON and YAML as Swift literals."""

    @classmethod
    def translate_none(cls, value):
        return "nil"

    @classmethod
    def translate_escaped_str(cls, value):
        return '"' + "".join(ESCAPES.get(c) or (c if c.isprintable() else f"\\u{{{ord(c):x}}}") for c in str(value)) + '"'

    @classmethod
    def translate_float(cls, value):
        if math.isnan(value):
            return "Double.nan"
        if math.isinf(value):
            return "Double.infinity" if value > 0 else "-Double.infinity"
        return repr(value)

    @classmethod
    def translate_list(cls, value):
        return "[" + ", ".join(cls.translate(element) for element in value) + "]"

    @classmethod
    def translate_dict(cls, value):
        members = ", ".join(f"{cls.translate(key)}: {cls.translate(member)}" for key, member in value.items())
        return f"[{members or ':'}]"

    @classmethod
    def translate(cls, value):
        # YAML has tuples too.
        return super().translate(list(value) if isinstance(value, tuple) else value)

    @classmethod
    def comment(cls, text):
        return f"// {text}"

    @classmethod
    def assign(cls, name, value):
        # The notebook may declare it so and change it.
        return f"var {name} = {value}"

    @classmethod
    def inspect(cls, cell):
        """The parameters that a cell declares, one a line: `let steps: Int = 256  // how many`."""
        found = (DECLARATION.match(line) for line in cell["source"].splitlines())
        return [
            Parameter(name=m["name"], inferred_type_name=m["type"] or "None", default=m["value"], help=m["help"] or "")
            for m in found if m]


papermill_translators.register("swift", SwiftTranslator)
