import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct PythonHabitTests {
    @Test(arguments: [
        ("render(x, steps=256)", "Swift labels arguments with a colon: `steps: 256`"),
        ("render(x, steps =256)", "Swift labels arguments with a colon: `steps: 256`"),
        ("x = 1 # a comment", "Swift comments start with `//`: `// a comment`"),
        ("# a comment\n1", "Swift comments start with `//`: `// a comment`"),
        ("print \"x\"", "Swift calls functions with parentheses: `print(\"x\")`"),
        ("print 'x'", "Swift puts text in double quotes: `\"x\"`"),
        ("let s = 'single quotes'", "Swift puts text in double quotes: `\"single quotes\"`"),
        ("let s = f\"{x}\"", "Swift puts values in text with `\\( )`: `\"x is \\(x)\"`"),
        ("for x in range(10):\n    print(x)", "Swift puts the body in braces: `for x in 0..<10 { … }`"),
        ("for x in range(2, 10):\n    print(x)", "Swift puts the body in braces: `for x in 2..<10 { … }`"),
        (
            "for x in range(0, 10, 2):\n    print(x)",
            "Swift puts the body in braces: `for x in stride(from: 0, to: 10, by: 2) { … }`"
        ),
        ("while True:\n    pass", "Swift puts the body in braces: `while True { … }`"),
        ("if x == 1:\n    print(x)", "Swift puts the body in braces: `if x == 1 { … }`"),
        ("def f(x):\n    return x", "Swift declares functions with `func`: `func f(x: Int) -> Int { … }`"),
        ("let f = lambda x: x * 2", "Swift writes a closure in braces: `{ x in x * 2 }`"),
        ("list(map(lambda x, y: x + y, a))", "Swift writes a closure in braces: `{ x, y in x + y }`"),
        ("import numpy as np", "Cells need no imports: every command is already available, so leave this line out"),
        (
            "from torch import nn",
            "Cells need no imports: every command is already available, so leave this line out"
        ),
        ("x[1:3]", "Swift takes a slice with a range: `x[1..<3]`"),
        ("neurons(0:8)", "Swift writes a range as `0..<8`"),
        ("x[2:]", "Swift takes a slice with a range: `x[2...]`"),
        ("x[:3]", "Swift takes a slice with a range: `x[..<3]`"),
        ("if a and b { }", "Swift writes `&&` for `and`"), ("let c = a or b", "Swift writes `||` for `or`"),
        ("if not a { }", "Swift writes `!` for `not`"),
        (
            "let c = [x * 2 for x in range(3)]",
            "Swift has no list comprehensions: `(0..<3).map { x in x * 2 }`"
        ),
        ("let y = 1 if c else 2", "Swift puts the condition first: `c ? … : 2`"),
        ("if x in y { }", "Swift tests membership with `contains`: `y.contains(x)`"),
        ("if x is None { }", "Swift compares with `== nil`"),
        ("if x is not None { }", "Swift compares with `!= nil`"),
    ])
    func parsing(source: String, expected: String) {
        #expect(message(source) == expected)
        #expect(failure(source)?.name == "Syntax error")
    }

    @Test(arguments: [
        ("True", "There is no `True` in Swift. Write `true`."),
        ("let x = None", "There is no `None` in Swift. Write `nil`."),
        ("False", "There is no `False` in Swift. Write `false`."),
        ("len([1])", "There is no `len` in Swift. Write `x.count`."),
        (
            "for x in range(10) { }",
            "There is no `range` in Swift. Write `0..<10`, or `stride(from: 0, to: 10, by: 2)`."
        ),
        ("str(3)", "There is no `str` in Swift. Write `String(x)`."),
        ("sum([1, 2])", "There is no `sum` in Swift. Write `x.reduce(0, +)`."),
        ("2 ** 3", "Swift has no operator `**` here. Write `pow(x, 2)` or `x * x`."),
        ("var i = 1\ni++", "Swift has no operator `++` here. Write `+= 1`."),
        (
            "self",
            "There is no `self` in Swift. `self` is the value whose method runs, but this is not inside a `struct` or `enum`."
        ),
        ("[1].push(2)", "A list has no `push`. Swift has `append(…)`."),
        ("[\"a\": 1].items()", "A dictionary has no `items`. Swift has `for (key, value) in dictionary`."),
    ])
    func running(source: String, expected: String) {
        #expect(message(source) == expected)
    }
}
