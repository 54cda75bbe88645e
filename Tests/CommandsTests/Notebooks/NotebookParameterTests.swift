import Commands
import Jupyter
import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct NotebookParameterTests {
    @Test(arguments: [
        ("steps=64", "64"), ("steps=-7", "-7"), ("rate=0.5", "0.5"), ("rate=1e-5", "1e-5"), ("x=1_000", "1_000"),
        ("on=true", "true"), ("none=nil", "nil"), ("name=\"64\"", "\"64\""),
        ("list=[1, -2.5, \"a\"]", "[1, -2.5, \"a\"]"),
        ("table=[\"a\": 1, \"b\": [2]]", "[\"a\": 1, \"b\": [2]]"), ("neurons=0..<8", "0..<8"), ("empty=[]", "[]"),
        ("empty=[:]", "[:]"),
    ])
    func aLiteralIsTakenAsItIs(_ assignment: String, _ source: String) {
        #expect(NotebookParameter(assignment)?.source == source)
    }

    @Test(arguments: [
        ("model=vit", "\"vit\""), ("x=", "\"\""), ("x=a=b", "\"a=b\""), ("x= 1 2", "\" 1 2\""),
        ("x=2026-01-31", "\"2026-01-31\""), ("x=1.2.3", "\"1.2.3\""), ("x=a.png", "\"a.png\""), ("x=None", "\"None\""),
        ("x=say \"hi\" \\(n)", "\"say \\\"hi\\\" \\\\(n)\""), ("x=\"a\\(1)\"", "\"\\\"a\\\\(1)\\\"\""),
        ("x=a\nb\tc\r\u{7}\u{2028}🙂", "\"a\\nb\\tc\\r\\u{7}\\u{2028}🙂\""), ("x=1; print(2)", "\"1; print(2)\""),
        ("x=1\nprint(2)", "\"1\\nprint(2)\""), ("x=1, y = 2", "\"1, y = 2\""), ("x=print(1)", "\"print(1)\""),
        ("x=1 + 1", "\"1 + 1\""), ("x=[1, y]", "\"[1, y]\""), ("x=(1, 2)", "\"(1, 2)\""), ("x={ 1 }", "\"{ 1 }\""),
        ("x=.cosine", "\".cosine\""),
    ])
    func everythingElseIsText(_ assignment: String, _ source: String) {
        #expect(NotebookParameter(assignment)?.source == source)
    }

    @Test(arguments: [
        "steps", "", "=1", "a b=1", "1a=1", "let=1", "a.b=1", "a: Int=1", "_=1", "a,b=1", "(a)=1", "a;b=2",
    ])
    func whatNamesNoVariableIsRefused(_ assignment: String) {
        #expect(NotebookParameter(assignment) == nil)
    }

    @Test func namesMayBeOfAnyLanguage() {
        #expect(NotebookParameter("größe=1")?.name == "größe")
    }

    @Test func theyStandAfterTheTaggedCell() throws {
        var notebook = try notebook(
            code("1"), code("let steps = 256, seed = 1\nvar name = \"a\"", tags: ["parameters"]), code("2"))
        #expect(notebook.set(parameters("steps=3", "name=vit")) == [])
        #expect(
            notebook.cells.map(\.source) == [
                "1", "let steps = 256, seed = 1\nvar name = \"a\"",
                "// Parameters\nvar steps = 3\nvar name = \"vit\"\n", "2",
            ])
        #expect(notebook.cells[2].tags == ["injected-parameters"])
        #expect(notebook.cells[2].members["id"]?.string?.count == 8)
        // Once more: the earlier cell is replaced.
        #expect(
            notebook.set(parameters("stepz=4", "stepz=5")) == [.unknown("stepz", declared: ["steps", "seed", "name"])])
        #expect(notebook.cells.count == 4 && notebook.cells[2].source == "// Parameters\nvar stepz = 5\n")
    }

    @Test func withoutATaggedCellTheyStandFirst() throws {
        var notebook = try notebook(code("1"), minor: 4)
        #expect(notebook.set(parameters("steps=3")) == [.noParameterCell])
        #expect(notebook.cells.map(\.source) == ["// Parameters\nvar steps = 3\n", "1"])
        #expect(notebook.cells[0].members["id"] == nil, "format 4.4 has no names of cells")
    }

    private func parameters(_ assignments: String...) -> [NotebookParameter] {
        assignments.compactMap { NotebookParameter($0) }
    }
}

/// A code cell as a file has it.
func code(_ source: String, tags: [String] = [], metadata: [String: JSON] = [:]) -> JSON {
    var metadata = metadata
    if !tags.isEmpty { metadata["tags"] = .array(tags.map { .string($0) }) }
    return [
        "cell_type": "code", "source": .string(source), "metadata": .object(metadata), "outputs": [],
        "execution_count": nil,
    ]
}

/// A notebook of these cells.
func notebook(_ cells: JSON..., minor: Int = 5, metadata: JSON = [:]) throws -> Commands.Notebook {
    let json: JSON = [
        "nbformat": 4, "nbformat_minor": .integer(minor), "metadata": metadata, "cells": .array(cells),
    ]
    return try Commands.Notebook(json.bytes, path: "test.ipynb")
}
