"""Runs a cell in a kernel and gathers everything that it caused."""
import base64
import io
import re
from dataclasses import dataclass, field

from PIL import Image

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Cell:
    """What one cell caused, as a front-end that keeps displays up to date would show it in the end."""

    reply: dict
    stdout: str = ""
    stderr: str = ""
    #: The value of the last expression: MIME type → data.
    result: dict | None = None
    #: Each display in order, in its last state: (data, metadata).
    displays: list[tuple[dict, dict]] = field(default_factory=list)
    #: How often a display was replaced.
    updates: int = 0
    #: How often the output was cleared.
    clears: int = 0
    error: dict | None = None

    @property
    def status(self):
        return self.reply["content"]["status"]

    @property
    def ename(self):
        return self.error and self.error["ename"]

    @property
    def evalue(self):
        return self.error and self.error["evalue"]

    @property
    def traceback(self):
        """The lines under the cell, without colors."""
        return self.error and [ESCAPES.sub("", line) for line in self.error["traceback"]]

    @property
    def text(self):
        """The result as plain text."""
        return self.result and self.result.get("text/plain")

    @property
    def pictures(self):
        """Every PNG that is shown in the end, decoded."""
        bundles = [data for data, _ in self.displays] + ([self.result] if self.result else [])
        return [decoded(data["image/png"]) for data in bundles if "image/png" in data]


def decoded(png):
    """The picture of a base64 PNG, with all its chunks read."""
    image = Image.open(io.BytesIO(base64.b64decode(png)))
    image.load()
    return image


def run(client, code, timeout=120, on_output=lambda: None, **options):
    """Runs `code` and waits until the kernel is idle again. `on_output` is called at each output."""
    cell = Cell(reply={})
    numbers = {}

    def hear(message):
        content = message["content"]
        kind = message["header"]["msg_type"]
        if kind == "stream":
            setattr(cell, content["name"], getattr(cell, content["name"]) + content["text"])
        elif kind == "execute_result":
            cell.result = content["data"]
        elif kind == "display_data":
            name = content.get("transient", {}).get("display_id")
            numbers[name or object()] = len(cell.displays)
            cell.displays.append((content["data"], content["metadata"]))
        elif kind == "update_display_data":
            cell.updates += 1
            number = numbers.get(content["transient"]["display_id"])
            if number is not None:
                cell.displays[number] = (content["data"], content["metadata"])
        elif kind == "clear_output":
            cell.clears += 1
            if not content["wait"]:
                cell.displays.clear()
                numbers.clear()
        elif kind == "error":
            cell.error = content
        if kind != "status" and kind != "execute_input":
            on_output()

    options.setdefault("allow_stdin", False)
    cell.reply = client.execute_interactive(
        code, timeout=timeout, output_hook=hear, stop_on_error=False, **options
    )
    return cell
