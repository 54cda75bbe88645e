"""What a front-end sees of a cell beyond jupyter_kernel_test: counts, silence, values, questions."""
import pytest


def test_state_is_kept_from_cell_to_cell(run):
    assert run("let kept = 20").status == "ok"
    assert run("kept + 1").text == "21"


def test_silent_shows_nothing_and_keeps_the_count(client, run):
    before = run("1").reply["content"]["execution_count"]
    silent = run('print("unseen"); 2', silent=True, store_history=False)
    assert silent.result is None
    assert run("3").reply["content"]["execution_count"] == before + 1


def test_without_history_the_count_stays(run):
    before = run("1").reply["content"]["execution_count"]
    run("2", store_history=False)
    assert run("3").reply["content"]["execution_count"] == before + 1


def test_user_expressions_come_back_as_bundles(run):
    reply = run("let six = 6", user_expressions={"good": "six * 7", "bad": "nothing + 1"}).reply["content"]
    assert reply["user_expressions"]["good"]["data"]["text/plain"] == "42"
    assert reply["user_expressions"]["bad"]["status"] == "error"


def test_many_lines_arrive_whole_and_in_few_messages(run):
    cell = run("for i in 0..<2000 { print(i) }")
    assert cell.stdout == "".join(f"{i}\n" for i in range(2000))


def test_a_question_without_a_front_end_that_answers_is_an_error(run):
    cell = run('ask("name? ")')
    assert cell.status == "error"
    assert run("1 + 1").text == "2"


@pytest.mark.parametrize("code", ["models()", "loaded()", 'load("vit").layers', 'load("ffmixer")', "help(render)"])
def test_what_is_listed_has_text(run, code):
    cell = run(code)
    assert cell.status == "ok", cell.evalue
    assert cell.text or cell.stdout or cell.displays or cell.reply["content"]["payload"]
