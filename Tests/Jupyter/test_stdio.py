"""`vitrine kernel --stdio`: the same kernel as lines of JSON, for programs that start one of their own."""
import base64
import json
import os
import subprocess

import pytest

from conftest import ROOT

EXECUTABLE = ROOT / ".build" / "release" / "vitrine"


def request(kind, number, channel="shell", **content):
    return json.dumps({"channel": channel, "header": {"msg_id": str(number), "msg_type": kind}, "content": content})


def test_a_script_pipes_cells_in_and_reads_pictures(environment):
    lines = [
        request("execute_request", 1, code='print("hello")\nlet picture = render(load("vit").logit(0), steps: 3)'),
        request("execute_request", 2, code="picture.steps"),
        request("inspect_request", 3, code="render", cursor_pos=3),
    ]
    done = subprocess.run(
        [EXECUTABLE, "kernel", "--stdio"], input="\n".join(lines), capture_output=True, text=True, timeout=120,
        env={**os.environ, "VITRINE_HISTORY": ":memory:"})
    assert done.returncode == 0 and done.stderr == ""
    messages = [json.loads(line) for line in done.stdout.splitlines()]

    def of(kind, number):
        return [m["content"] for m in messages if m["header"]["msg_type"] == kind
                and m["parent_header"].get("msg_id") == str(number)]

    assert of("stream", 1)[0]["text"] == "hello\n"
    png = base64.b64decode(of("update_display_data", 1)[-1]["data"]["image/png"])
    assert png.startswith(b"\x89PNG")
    assert of("execute_result", 2)[0]["data"]["text/plain"] == "3"
    assert of("inspect_reply", 3)[0]["found"] is True
    states = [content["execution_state"] for content in of("status", 2)]
    assert states[0] == "busy" and states[-1] == "idle" and states.count("idle") == 1


@pytest.mark.parametrize("arguments", [["kernel"], ["kernel", "--stdio", "--connection-file", "x.json"]])
def test_one_way_has_to_be_chosen(arguments):
    done = subprocess.run([EXECUTABLE, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "--stdio" in done.stderr
