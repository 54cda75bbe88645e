"""`jupyter console`: the kernel in a terminal."""
import pathlib
import re
import sys

import pexpect
import pytest

from conftest import KERNEL

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>()][0-9A-B]?|\r")

#: The terminal is given back to the program: what was typed is on its way.
TAKEN = r"\x1b\[\?2004l"


@pytest.fixture
def console(environment, tmp_path, monkeypatch):
    """A console that stands at its first prompt."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PROMPT_TOOLKIT_NO_CPR", "1")  # this terminal does not say where its cursor stands
    process = pexpect.spawn(
        sys.executable, ["-m", "jupyter", "console", "--kernel", KERNEL, "--no-confirm-exit"],
        encoding="utf-8", timeout=60, dimensions=(50, 120), cwd=str(tmp_path))
    process.expect(r"In \[.*1")
    yield process
    process.close(force=True)


def entered(console, line):
    """What the terminal shows after `line` until the next prompt."""
    begin(console, line)
    console.expect(r"In \[")
    return ESCAPES.sub("", console.before)


def begin(console, line):
    """Types a line, and waits until the terminal has taken it."""
    console.send(line + "\r")
    console.expect(TAKEN)


def test_cells_show_values_text_pictures_in_words_and_errors(console):
    assert "42" in entered(console, "1 + 2 + 39")
    assert "hello" in entered(console, 'print("hello")')
    entered(console, 'let picture = render(load("vit").logit(0), steps: 5)')
    assert "activation" in entered(console, "picture")
    assert "There is no `nonsense`." in entered(console, "nonsense")


def test_control_c_interrupts_and_variables_stay(console):
    entered(console, "let before = 6 * 7")
    begin(console, 'print("it runs"); while true { }')
    console.expect("it runs")
    console.sendintr()
    console.expect("Interrupted")
    console.expect(r"In \[")
    assert "42" in entered(console, "before")


def test_tab_completes(console):
    console.send("clearOut\t")
    # The rest may be painted at once or later, behind what moves the cursor.
    console.expect(r"clearOut(?:\x1b\[[0-9;?]*[A-Za-z])*put")


def test_what_is_not_whole_goes_on_in_the_next_line(console):
    console.send("for i in 0..<2 {\r")
    console.expect(r"\.\.\.")
    console.send("print(i + 10)\r}\r")
    console.expect("10\r?\n.*11")


def test_the_end_of_a_render_is_read(console):
    """A terminal shows the first frame of a picture in the making and cannot change it: the end comes as text."""
    entered(console, 'let vit = load("vit")')
    ends(entered(console, "render(vit.logit(0), steps: 400)"), steps=400)
    shown = entered(console, 'let other = render(vit.logit(2), steps: 300); print("it goes on")')
    assert "it goes on" in shown
    ends(shown, steps=300)
    ends(entered(console, "last()"), steps=300)
    ends(entered(console, "other"), steps=300)
    # What has no frames, and what is no picture.
    assert "Picture: " in entered(console, "plot([1, 4, 9])")
    assert "now" in entered(console, 'let place = display("before"); place.update("now")')


def ends(shown, steps):
    """Whether what a terminal shows says how a render ended, and where its picture is."""
    assert re.search(rf"activation -?\d+\.\d+\s.*{steps} steps, [\d.]+ s", shown, re.DOTALL), shown
    picture = pathlib.Path(re.search(r"Picture: (\S+)", shown)[1])
    assert picture.read_bytes().startswith(b"\x89PNG"), picture
    assert "PIL." not in shown
