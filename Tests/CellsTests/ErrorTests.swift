import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct ErrorTests {
    @Test func syntaxErrorsShowTheirPlace() {
        #expect(
            failure("render(vit.x")?.text == """
                error: Expected `)` at the end of this call (line 1, column 13)
                  render(vit.x
                              ^
                note: To match this opening `(` (line 1, column 7)
                  render(vit.x
                        ^
                """)
    }

    @Test func runtimeErrorsShowTheirPlace() {
        #expect(
            failure("let a = [1, 2]\nprint(a[0] + a[5])")?.text == """
                error: There is no element 5: they go from 0 to 1. (line 2, column 16)
                  print(a[0] + a[5])
                                 ^
                """)
    }

    @Test func theCaretStandsUnderItsPlaceBehindWideLettersAndTabs() {
        let error = failure("let 名 = \"👩‍🚀é\"; nope")
        #expect(error?.location?.column == 17)
        #expect(error?.text.hasSuffix("\n  " + String(repeating: " ", count: 16) + "^") == true)
        #expect(failure("\tnope")?.text.hasSuffix("\n  \tnope\n  \t^") == true)
    }

    @Test func longLinesAreCutAroundThePlace() {
        let error = failure("let s = \"" + String(repeating: "x", count: 500) + "\" + nope")
        #expect(error?.text.split(separator: "\n").allSatisfy { $0.count < 140 } == true)
        #expect(error?.text.contains("nope") == true)
    }

    @Test func anErrorInAFunctionSaysWhereItWasCalled() throws {
        let interpreter = Interpreter()
        _ = try interpreter.run("func f(_ x: Int) -> Int {\n    10 / x\n}", in: TestContext())
        let error = #expect(throws: CellError.self) {
            try interpreter.run("let a = 1\nf(0)", in: TestContext())
        }
        #expect(
            error?.text == """
                error: 10 / 0: a whole number cannot be divided by zero. (line 2, column 8)
                      10 / x
                         ^
                note: called here (line 2, column 1)
                  f(0)
                  ^
                """)
        #expect(error?.name == "Arithmetic error")
    }

    @Test(arguments: [
        ("nope", "There is no `nope`."),
        ("let count = 1\ncuont", "There is no `cuont`. Did you mean `count`?"),
        ("x = 5", "There is no variable `x` yet. Declare it: `let x = 5`, or `var` if it will change."),
        ("x += 5", "There is no `x`."),
        ("let x = 1\nx = 2", "`x` is a constant. Declare it with `var` to change it: `var x = …`."),
        ("let x = [1]\nx.append(2)", "`x` is a constant. Declare it with `var` to change it: `var x = …`."),
        ("let x = [1]\nx[0] = 2", "`x` is a constant. Declare it with `var` to change it: `var x = …`."),
        ("[1].append(2)", "`append` changes its value, but this value is not in a variable."),
        ("1 = 2", "Nothing can be assigned to this."),
        ("let x: Int = \"a\"", "`x` must be a whole number, but this is text (\"a\")."),
        ("let x: Int = 2.5", "`x` must be a whole number, but this is a number (2.5). `Int(2.5)` drops the fraction."),
        ("let x = print(1)", "The right side has no value to give `x`."),
        ("let (a, b) = (1, 2, 3)", "This needs a tuple of 2 values, but the value is a tuple of 3."),
    ])
    func names(source: String, expected: String) {
        #expect(message(source) == expected)
    }

    @Test(arguments: [
        ("1 / 0", "1 / 0: a whole number cannot be divided by zero."),
        ("let x = 0\n1 / x", "1 / 0: a whole number cannot be divided by zero."),
        (
            "enum E: Int { case a = 9223372036854775807, b }",
            "The raw value after 9223372036854775807 does not fit in a whole number."
        ),
        ("ContinuousClock().measure { 1 } / 0.0", "This does not fit in a duration."),
        ("ContinuousClock().measure { 1 } * 1e300", "This does not fit in a duration."),
        ("Duration.seconds(1e300)", "This does not fit in a duration."),
        ("[1].map.count", "`map` is a function and has no `count`. Call it first: `map().count`."),
        ("let u = UInt8(3)", "Cells do not have `UInt8`. Whole numbers have one type: write `Int`."),
        (
            "CFAbsoluteTimeGetCurrent()",
            "Cells do not have `CFAbsoluteTimeGetCurrent`. Write `Date().timeIntervalSince1970`."
        ),
        (
            "Double.random(in: 0.0...(1.0 / 0.0))",
            "A random number needs a range of finite length, but this is 0.0...inf."
        ),
        ("let x = 0\n1 % x", "1 % 0: a whole number cannot be divided by zero."),
        ("Int.max + 1", "9223372036854775807 + 1 does not fit in a whole number."),
        ("Int.min - 1", "-9223372036854775808 - 1 does not fit in a whole number."),
        ("let x = Int.min\n-x", "-(-9223372036854775808) does not fit in a whole number."),
        ("let x = Int.min\nx / -1", "-9223372036854775808 / -1 does not fit in a whole number."),
        ("9999999999 * 9999999999", "9999999999 * 9999999999 does not fit in a whole number."),
        (
            "99999999999999999999",
            "`99999999999999999999` is too large for a whole number. Add `.0` for a number."
        ),
        ("Int(1e300)", "1e+300 does not fit in a whole number."),
        ("Int.min.magnitude", "The magnitude of this number does not fit in a whole number."),
        ("abs(Int.min)", "The magnitude of -9223372036854775808 does not fit in a whole number."),
        ("5.5 % 2.0", "`%` works on whole numbers only. Write `a.truncatingRemainder(dividingBy: b)`."),
        ("[1][1]", "There is no element 1: they go from 0 to 0."),
        ("[][0]", "There is no element 0: it is empty."),
        (
            "[1, 2][-1]",
            "There is no element -1: they go from 0 to 1. Swift does not count from the end; write `x[x.count - 1]`."
        ),
        ("[1, 2][1..<5]", "There are no elements 1..<5: they go from 0 to 1."),
        ("\"abc\"[7]", "There is no element 7: they go from 0 to 2."),
        (
            "5...1",
            "A range must go upwards, but this one goes from 5 to 1. `stride(from: 5, to: 1, by: -1)` goes down."
        ),
        ("0...Int.max", "This range is too long."), ("Int.min..<Int.max", "This range is too long."),
        (
            "Array(0..<1_000_000_000_000)",
            "A list holds at most 10 million elements; this one would have 1000000000000."
        ),
        (
            "(0..<1_000_000_000_000).map { $0 }",
            "A list holds at most 10 million elements; this one would have 1000000000000."
        ),
        ("String(repeating: \"abc\", count: 1_000_000_000)", "This text would be longer than 100 MB."),
        (
            "Array(repeating: 0, count: Int.max)",
            "A list holds at most 10 million elements; this one would have 9223372036854775807."
        ),
        ("Array(stride(from: 0, to: 1, by: 1e-9))", "A list holds at most 10 million elements."),
        ("stride(from: 0, to: 1, by: 0)", "`by` must be a step other than zero."),
        ("[1, 2].prefix(-1)", "This must not be negative."),
        ("var x = [1]\nx.remove(at: 3)", "There is no element 3: they go from 0 to 0."),
        ("var x: [Int] = []\nx.removeLast()", "The list is empty."),
        ("Int.random(in: 0..<0)", "The range is empty."),
    ])
    func bounds(source: String, expected: String) {
        #expect(message(source) == expected)
    }

    @Test(arguments: [
        (
            "1 + \"a\"",
            "`+` cannot combine a whole number (1) and text (\"a\"). Put the value in the text: `\"\\(value) …\"`."
        ),
        (
            "\"a\" + 1",
            "`+` cannot combine text (\"a\") and a whole number (1). Put the value in the text: `\"… \\(value)\"`."
        ),
        (
            "\"a\" * 3",
            "`*` cannot combine text (\"a\") and a whole number (3). Write `String(repeating: text, count: 3)`."
        ),
        (
            "[0] * 3",
            "`*` cannot combine a list and a whole number (3). Write `Array(repeating: value, count: 3)`."
        ),
        ("nil + 1", "`+` cannot combine nil and a whole number (1). `??` replaces nil with a value."),
        ("!3", "`!` cannot be applied to a whole number (3)."),
        ("1 < \"a\"", "`<` cannot combine a whole number (1) and text (\"a\")."),
        ("if 1 { }", "A condition must be true or false, but this is a whole number (1). Compare it: `!= 0`."),
        ("if [1] { }", "A condition must be true or false, but this is a list. Write `!x.isEmpty`."),
        ("var x = 1\nif x = 2 { }", "`=` assigns; `==` compares."),
        ("1 && true", "`&&` needs true or false on both sides, but this is a whole number (1)."),
        ("for i in 5 { }", "`for` cannot loop over a whole number (5). Write `0..<5`."),
        ("let x = 3\nx()", "`x` is a whole number (3) and cannot be called. Write it without `()`."),
        ("let x: Int? = nil\nx!", "This is nil, so `!` has no value to take."),
        ("let x: Int? = nil\nx.count", "This is nil: it has no `count`. `?.` skips nil."),
        ("[1].cuont", "A list has no `cuont`. Did you mean `count`?"),
        ("\"a\".upper()", "Text has no `upper`. Swift has `uppercased()`."),
        ("(1, 2).x", "A tuple has no `x`. It has `0`, `1`."),
        ("[[1]: 2]\n[{ 1 }: 2]", "A dictionary's key must be text, a number or a choice, but this is a function."),
        ("[\"a\": 1, \"a\": 2]", "The key \"a\" appears twice."),
        ("1.5..<1.0", "A range must go up, but this goes from 1.5 to 1.0."),
        (
            "[1, \"a\"].sorted()",
            "Text (\"a\") and a whole number (1) cannot be ordered. Say how: `sorted { $0.name < $1.name }`."
        ),
        (
            "[1].filter { 3 }",
            "The closure of `filter` must return true or false, but it returned a whole number (3)."
        ),
        ("switch 3 { case 1: print(1) }", "No `case` matches a whole number (3), and there is no `default`."),
        ("func f() -> Int { \"a\" }\nf()", "`f` must return a whole number, but it returned text (\"a\")."),
        (
            "guard true else { }\nguard false else { }",
            "The body of `guard … else` must end with `return`, `break`, `continue` or `throw`."
        ),
        ("break", "`break` and `continue` can only be used inside a loop."), ("throw \"no luck\"", "no luck"),
        ("assert(1 > 2, \"small\")", "small"),
        ("precondition(false)", "The condition is false."), ("fatalError(\"over\")", "over"),
        ("2 as String", "This is a whole number (2), not text."),
        ("1 < 2 < 3", "Swift does not chain `<`. Put one of them in parentheses, or join them with `&&`."),
        ("String(format: \"%d\", \"a\")", "`%d` takes a whole number, but this is text (\"a\")."),
        ("String(format: \"%d\")", "The format has more placeholders than values."),
        ("$0", "`$0` is a closure's argument, but this is not in a closure."),
    ])
    func types(source: String, expected: String) {
        #expect(message(source) == expected)
    }

    @Test(arguments: [
        (
            "class A { }",
            "Cells do not have `class`. A `struct` holds values together, with methods."
        ),
        ("struct A { subscript(i: Int) -> Int { i } }", "Cells do not have `subscript` in a `struct`."),
        ("enum A { var x = 1 }", "Cells do not have stored properties in an `enum`. A case can hold values."),
        ("struct A<T> { }", "Cells do not have generics."),
        ("let x: UInt8 = 3", "Cells have one type of whole numbers: write `Int` for `UInt8`."),
        (
            "actor A { }",
            "Cells do not have `actor`. A `struct` holds values together, with methods."
        ),
        ("protocol P { }", "Cells do not have `protocol`."),
        ("extension Int { }", "Cells do not have `extension`. Write a `func` that takes the value."),
        ("typealias A = Int", "Cells do not have `typealias`."),
        (
            "@MainActor final class A { }",
            "Cells do not have `class`. A `struct` holds values together, with methods."
        ),
        ("func f<T>(_ x: T) { }", "Cells do not have generics. Leave them out: parameters take any value."),
        ("var x: Int { 3 }", "Cells do not have computed variables outside a `struct`. Write a `func`."),
        ("let r = /a+/", "Cells do not have regular expressions."),
        (
            "\"\\(1, specifier: \"%d\")\"",
            "Cells do not have formats in `\\( )`. `String(format: \"%.2f\", x)` formats a number."
        ),
        ("#warning(\"x\")", "Cells do not have `#` macros."),
        ("switch 1 { case 1: fallthrough\ndefault: break }", "Cells do not have `fallthrough`."),
    ])
    func outsideOfTheSubset(source: String, expected: String) {
        #expect(message(source) == expected)
        #expect(failure(source)?.name == "Not in cells")
    }

    @Test func nothingRunsBeforeTheWholeCellIsUnderstood() throws {
        let context = TestContext()
        #expect(throws: CellError.self) { try Interpreter().run("print(1)\nclass A { }", in: context) }
        #expect(context.output == "")
    }
}
