"""JupyterLab in a browser: cells run, pictures sharpen, and interrupting keeps them."""
import re

from playwright.sync_api import expect

#: Notes each frame that the page shows under a cell: the picture's address, the bar, its words and the height.
WATCH = """cell => {
    window.frames_seen = [];
    const look = () => {
        const image = cell.querySelector('.jp-OutputArea-output img');
        const bar = cell.querySelector('[role=progressbar]');
        if (!image) return;
        const before = window.frames_seen.at(-1);
        if (before && before.source === image.src) return;
        window.frames_seen.push({
            source: image.src, done: bar && Number(bar.getAttribute('aria-valuenow')),
            words: bar && bar.parentElement.innerText, height: cell.getBoundingClientRect().height,
            running: cell.querySelector('.jp-InputPrompt').innerText.includes('*')});
    };
    new MutationObserver(look).observe(cell, {subtree: true, childList: true, attributes: true});
}"""
LOAD = 'let vit = load("vit")\nlet before = 7'
LONG = "let picture = render(vit.blocks[7].mlp.neuron(42), steps: 100000, seed: 1)\nlet never = 1"


def test_a_notebook_opens_and_its_cells_run(notebook):
    page = notebook("1 + 2 + 39", 'print("hello")\nload("vit")', "nonsense", 'ask("Which? ")')
    page.run(0)
    page.output(0).shows("42")
    page.run(1)
    expect(page.output(1).all.first).to_have_text(re.compile("hello"))
    page.output(1).shows("parameters")
    page.run(2)
    page.output(2).shows("There is no `nonsense`.")
    page.start(3)
    page.page.locator(".jp-Stdin-input").fill("golf ball")
    page.keep("01-a-question")
    page.page.keyboard.press("Enter")
    page.finish(3)
    page.output(3).shows('"golf ball"')
    page.keep("02-text-card-error-answer")


def test_the_picture_sharpens(notebook):
    page = notebook(LOAD, "render(vit.blocks[5].mlp.neuron(42), steps: 1000, seed: 1)")
    page.run(0)
    page.cell(1).evaluate(WATCH)
    page.start(1)
    expect(page.output(1).progress).to_have_attribute("aria-valuemax", "1000")
    page.keep("03-a-picture-begins")
    expect(page.output(1).progress).to_have_attribute("aria-valuenow", re.compile(r"[5-9]\d\d"))
    page.keep("04-a-picture-sharpens")
    page.finish(1)
    expect(page.output(1).progress).to_have_count(0)
    page.keep("05-a-picture-is-done")
    assert page.output(1).picture_is_whole()
    seen = page.page.evaluate("window.frames_seen")
    running = [frame for frame in seen if frame["done"] is not None]
    assert len({frame["source"] for frame in running}) >= 5 and all(frame["running"] for frame in running)
    assert [frame["done"] for frame in running] == sorted({frame["done"] for frame in running})
    assert re.fullmatch(r"step \d+ of 1000, .* left", running[-1]["words"].splitlines()[0])
    assert seen[-1]["source"].startswith("data:image/png;base64,") and seen[-1]["done"] is None
    assert len({frame["height"] for frame in seen}) == 1, "nothing on the page jumps"


def test_interrupting_keeps_the_picture_and_the_variables(notebook):
    page = notebook(LOAD, LONG, "before", "picture.steps", "picture")
    page.run(0)
    page.start(1)
    expect(page.output(1).progress).to_have_attribute("aria-valuenow", re.compile(r"\d\d+"))
    page.press("Interrupt the kernel")
    page.finish(1)
    page.output(1).shows("Interrupted")
    expect(page.output(1).progress).to_have_count(0)
    assert page.output(1).picture_is_whole()
    assert page.output(1).picture.first.get_attribute("src").startswith("data:image/png")
    page.run(2)
    page.output(2).shows("7")
    page.run(3)
    page.output(3).shows(re.compile(r"^\s*\d\d+\s*$"))
    page.run(4)
    assert page.output(4).picture_is_whole()
    page.keep("06-interrupted")


def test_restarting_forgets_the_variables_and_goes_on(notebook):
    page = notebook(LOAD, "render(vit.logit(0), steps: 5)", "before", "1 + 1")
    page.run(0)
    page.run(1)
    page.press("Restart the kernel")
    page.page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart").click()
    expect(page.page.locator(".jp-Dialog")).to_have_count(0)
    page.wait_until_ready()
    assert page.output(1).picture_is_whole(), "what was on the page stays"
    page.run(2)
    expect(page.prompt(2)).to_have_text("[1]:")
    page.output(2).shows("There is no `before`.")
    page.run(3)
    page.output(3).shows("2")
    page.keep("07-restarted")
