import Cells
import Testing

/// What a cell is told of what it may not have meant, and of other languages' habits.
@Suite(.timeLimit(.minutes(10))) struct RemarkTests {
    private func errors(_ source: String, _ interpreter: Interpreter = Interpreter(globals: hostGlobals)) -> String {
        let context = TestContext()
        _ = try? interpreter.run(source, in: context)
        return context.errors
    }

    @Test func aHiddenCommandIsSaidAndComesBack() throws {
        let interpreter = Interpreter(globals: hostGlobals)
        #expect(
            errors("let render = 3", interpreter)
                == "warning: `render` now hides the command `render`. `reset(\"render\")` brings it back.\n")
        #expect(errors("let render = 4", interpreter).isEmpty)
        var told = ""
        do throws(CellError) {
            _ = try interpreter.run("render(3)", in: TestContext())
        } catch {
            told = error.message
        }
        #expect(
            told
                == "`render` is a whole number (4) and cannot be called. It hides the command of this name: `reset(\"render\")` brings it back."
        )
        _ = try interpreter.run("reset(\"render\")", in: TestContext())
        #expect(interpreter.value(of: "render")?.function != nil)
        #expect(errors("let other = 3", interpreter).isEmpty)
    }

    @Test(arguments: [
        ("let x = 10\nx // 2", true), ("let x = 10\nlet y = x // 3", true), ("let x = 10, k = 2\nx // k", true),
        ("let half = 1 // the first half", false), ("\"text\" // 2", false), ("let x = 10\nx // half", false),
    ])
    func aCommentInPlaceOfADivisionIsSaid(cell: String, isSaid: Bool) {
        #expect(errors(cell).contains("`//` begins a comment") == isSaid)
    }

    @Test(arguments: [
        (
            "import torch",
            "There is no module `torch` in cells. Models are loaded with `load(\"vit_b_16\")`; `models()` lists them.",
            8
        ),
        (
            "import os",
            "There is no module `os` in cells. What cells have of it needs no import: `help()` lists it.", 8
        ),
        ("!ls", "Cells have no shell lines. Inside quotes, Tab lists files: `image(\"`. `models()` lists models.", 1),
        ("!pip install x", "Cells have no shell lines. Run it in a terminal: File › New › Terminal in JupyterLab.", 1),
        ("%matplotlib inline", "Cells have no `%matplotlib`. Leave the line out: pictures show themselves.", 1),
        ("%%bash\nls", "Cells have no `%%bash`. Run it in a terminal: File › New › Terminal in JupyterLab.", 1),
        ("(0..8)", "Swift has no range `0..8`: write `0..<8`, which ends before 8.", 2),
        ("(0..=8)", "Swift has no range `0..=8`: write `0...8`.", 2),
        (
            "render(vit, lr: .05)",
            "Swift writes `0.05` for `.05`, and the rate is the optimizer's: write `optimizer: .adam(rate: 0.05)`", 17
        ),
        ("render(vit, iterations: 3)", "`render` has no argument `iterations`. Write `steps: 3`.", 13),
        ("render(vit, by: \"cosine\")", "`by` takes a choice, not text: write `.cosine`.", 17),
        (
            "render(vit, device: \"cuda\")",
            "`render` has no argument `device`. Everything is computed on the processor: leave it out.", 13
        ),
        ("type(vit)", "`type` needs the label `of:` before this value: `of: …`.", 6),
        ("del x", "There is no `del` in Swift. Write `reset(\"name\")`.", 1),
    ])
    func whatToWriteInstead(cell: String, expected: String, column: Int) {
        let vit = cell.replacing("render(vit,", with: "render(vit.logit(\"a\"),")
        let error = failure(vit, globals: hostGlobals)
        #expect(error?.message == expected)
        #expect(error?.location?.column == column + vit.count - cell.count)
    }

    @Test(arguments: ["import Foundation\n1", "let flag = true\n!flag", "%%time\n1 + 1", "%time 1 + 1"])
    func whatIsTaken(cell: String) {
        #expect(failure(cell) == nil)
    }

    @Test func aTimedCellSaysItsTime() throws {
        #expect(try output("%%time\nlet x = 1").hasPrefix("The cell took "))
    }
}
