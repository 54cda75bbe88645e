import Commands
import Foundation
import Jupyter
import Platform
import TestKernel
import Testing

@Suite(.timeLimit(.minutes(10))) struct NotebookTests {
    /// As nbformat writes it: sorted names, one space for each level, lines as lists.
    private let written = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {
            "editable": false
           },
           "source": [
            "# Über\\n",
            "text"
           ]
          },
          {
           "attachments": {},
           "cell_type": "code",
           "execution_count": 3,
           "id": "b2",
           "metadata": {
            "custom": {
             "number": 1.5,
             "whole": 10000000000
            }
           },
           "outputs": [],
           "source": "print(1)"
          }
         ],
         "metadata": {
          "strange": [
           1,
           null,
           {}
          ]
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """

    @Test func whatIsNotRunIsWrittenAsItWasRead() throws {
        let notebook = try Commands.Notebook(Array(written.utf8), path: "a.ipynb")
        #expect(String(decoding: notebook.bytes, as: UTF8.self) == written)
        #expect(notebook.cells.map(\.source) == ["# Über\ntext", "print(1)"])
    }

    /// Metrics that are NaN, as Python writes them into metadata and outputs.
    @Test func numbersOfPythonAreRead() throws {
        let text = written.replacing("1.5", with: "NaN").replacing("10000000000", with: "-Infinity")
        let notebook = try Commands.Notebook(Array(text.utf8), path: "a.ipynb")
        #expect(notebook.cells.map(\.source) == ["# Über\ntext", "print(1)"])
        let again = written.replacing("1.5", with: "null").replacing("10000000000", with: "null")
        #expect(String(decoding: notebook.bytes, as: UTF8.self) == again, "as every reader of JSON takes it")
    }

    @Test func theRepositorysNotebooksAreWrittenAsTheyAre() throws {
        for name in ["01-quickstart", "04-mixing"] {
            let bytes = try Array(Data(contentsOf: repository.appendingPathComponent("notebooks/\(name).ipynb")))
            let notebook = try Commands.Notebook(bytes, path: name)
            #expect(notebook.bytes == bytes, "\(name)")
            #expect(notebook.language == "swift")
        }
    }

    @Test(arguments: [
        ("", "“x” is not a notebook: it is not JSON (The text ends where a value is expected at byte 0)."),
        ("{\"cells\": ", "“x” is not a notebook: it is not JSON (The text ends where a value is expected at byte 10)."),
        ("[]", "“x” is not a notebook: it is a list, not an object."),
        ("{}", "“x” is not a notebook: it does not state its format (“nbformat”)."),
        ("{\"nbformat\": 4}", "“x” is not a notebook: it has no list of cells."),
        ("{\"nbformat\": 4, \"cells\": [1]}", "“x” is not a notebook: its cell 1 is a number, not an object."),
        (
            "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}",
            "“x” is not a notebook: its cell 1 has no “source”."
        ),
        (
            "{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": [1]}]}",
            "“x” is not a notebook: its cell 1 has a “source” that cannot be read."
        ),
        (
            "{\"nbformat\": 3, \"worksheets\": []}",
            """
            “x” is a notebook of format 3, which is too old. Convert it with Jupyter: \
            jupyter nbconvert --to notebook --nbformat 4 x
            """
        ),
        ("{\"nbformat\": 9}", "“x” is a notebook of format 9. Format 4 is the newest that is supported."),
    ])
    func whatIsNoNotebookIsSaid(_ text: String, _ message: String) {
        #expect(throws: NotebookError.self) { try Commands.Notebook(Array(text.utf8), path: "x") }
        do {
            _ = try Commands.Notebook(Array(text.utf8), path: "x")
        } catch {
            #expect(error.description == message)
        }
    }
}
