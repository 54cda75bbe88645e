"""A page of JupyterLab that is loaded anew: nothing is lost, not even what was shown to nobody."""
from playwright.sync_api import expect

LOAD = 'print("loaded")\nlet vit = load("vit")\nlet before = 7'
RENDER = 'print("started")\nlet picture = render(vit.blocks[5].mlp.neuron(42), steps: 1500, seed: 1)'


def test_outputs_and_variables_are_there_after_a_reload(notebook):
    page = notebook(LOAD, "render(vit.logit(0), steps: 5)", "before")
    page.run(0)
    page.run(1)
    source = page.output(1).picture.get_attribute("src")
    page.save()
    page.reload()
    page.output(0).shows("loaded")
    expect(page.output(1).picture).to_have_attribute("src", source)
    page.run(2)
    expect(page.prompt(2)).to_have_text("[3]:")
    page.output(2).shows("7")
    page.keep("11-reloaded")


def test_last_shows_what_a_cell_made_while_the_page_was_closed(notebook):
    page = notebook(LOAD, RENDER, "last()", "picture.steps")
    page.run(0)
    # Now: each frame of a picture makes the page one that is not saved.
    page.save()
    page.start(1)
    expect(page.output(1).progress).to_be_visible()
    # A page that is loaded again hears nothing of the end: what it has says how to see it.
    expect(page.output(1).all.last).to_contain_text("Not moving? last()")
    page.page.goto("about:blank")
    page.page.go_back()
    page.wait_until("busy")
    page.keep("12-reloaded-while-a-cell-runs")
    page.wait_until_ready()
    page.run(2)
    page.output(2).all.first.get_by_text("started").wait_for()
    assert page.output(2).picture_is_whole()
    expect(page.output(2).progress).to_have_count(0)
    page.run(3)
    page.output(3).shows("1500")
    page.keep("13-last")
