import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct LimitTests {
    @Test(arguments: [
        "while true { }", "repeat { } while true", "for i in 0..<Int.max { }",
        "func f() { while true { f2() } }\nfunc f2() { }\nf()",
        "(0..<5_000_000).map { $0 * 2 }.filter { $0 > 3 }", "do { while true { } } catch { print(error) }",
        "try? { while true { } }()",
    ])
    func endlessCellsCanBeInterrupted(source: String) {
        let context = TestContext(cancelAfter: 1_000)
        do {
            _ = try Interpreter().run("let kept = 1\n" + source, in: context)
            #expect(Bool(false), "it ended")
        } catch {
            #expect(error.kind == .interrupted)
            #expect(error.message == "Interrupted.")
            #expect(error.name == "Interrupted")
        }
        #expect(context.output == "")
    }

    @Test(arguments: [
        "func f(_ n: Int) -> Int { f(n + 1) }\nf(0)", "func a() { b() }\nfunc b() { a() }\na()",
        "var f = { 1 }\nf = { f() }\nf()",
        "func f(_ n: Int) -> [Int] { [1].map { f($0)[0] } }\nf(0)",
    ])
    func endlessRecursionIsAnError(source: String) {
        #expect(message(source) == "The calls are nested too deeply. Does a function call itself without end?")
        #expect((failure(source)?.notes.count ?? 9) <= 3)
    }

    @Test func deepButFiniteRecursionRuns() throws {
        #expect(try value("func f(_ n: Int) -> Int { n == 0 ? 0 : 1 + f(n - 1) }\nf(200)") == "200")
    }

    @Test(
        .serialized,
        arguments: [
            ("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("-(", ")"), ("!(", ")"), ("if true {", "}"),
            ("\"\\(", ")\""), ("[1: ", "]"), ("{ x in ", "}"), ("a[", "]"),
            ("while true {", "}"), ("func f() {", "}"), ("x ? (", ") : 1"), ("if a { } else ", ""),
            ("try ", ""), ("await ", ""), ("- ", ""), ("a.", ""), ("a?", ""), ("a + ", ""), ("a ? b : ", ""),
            ("!", ""), ("\\.", ""), ("(a, ", ")"), ("let x: [", "]"), ("let x: ((", ")) -> Int"),
            ("switch x { case 1: ", "}"), ("do { ", "}"), ("@a ", ""), ("#if a\n", "\n#endif"), ("a<", ">"),
            ("x as ", ""), ("a = ", ""), ("a, ", ""), ("case ", ""), ("let ", ""), (". ", ""), ("&", ""),
            ("a()", ""), ("a[0]", ""), ("a!", ""), ("a{}", ""), ("l: ", ""), ("return ", ""),
            ("class A { ", "}"), ("let x: () -> () -> ", ""), ("- 1 ", ""), ("1 + try ", ""), ("() -> ", ""),
            ("if (a) { } else ", ""), ("a ? (b) : ", ""), ("try (a) ", ""), ("@a(1) ", ""),
            ("switch a { } ", ""), ("x[1] = ", ""), ("is [a] ", ""), ("a<b, ", ""), ("try\n", ""),
            ("/* ", ""), ("#", ""), ("'", ""), ("`", ""), ("a, (b) -> ", ""), ("{ a, ", ""), ("case a, ", ""),
            ("\"\"\"\n", ""), ("import a.", ""), ("func f() { } ", ""), ("do { } catch ", ""),
            ("repeat { } while ", ""), ("guard a else { } ", ""), ("some ", ""), ("any ", ""), ("inout ", ""),
            ("x: Int, ", ""), ("var a { get } ", ""), ("~", ""), ("a.b(", ")"), ("a.{ ", " }"),
            ("\\.[0]", ""), ("if let a = ", ""), ("for a in ", ""), ("{ [a] in ", "}"), ("0", ""), ("0.", ""),
            ("é", ""), ("\u{301}", ""), ("macro a(", ")"), ("if #available(a) ", ""), ("await (", ")"),
            ("a?[", "]"), ("a(b){}", ""), ("a{}c:{}", ""), ("a {} (b) ", ""),
        ])
    func deepNestingIsAnErrorAndNotACrash(open: String, close: String) {
        for depth in [200, 2_900] {
            let cell = String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
            let interpreter = Interpreter()
            _ = try? interpreter.run(cell, in: TestContext(cancelAfter: 10_000))
            _ = interpreter.completeness(of: cell)
            _ = interpreter.completions(in: cell, cursor: open.unicodeScalars.count * depth)
            _ = interpreter.inspection(in: cell, cursor: open.unicodeScalars.count * depth)
        }
    }

    @Test func aTablePastedIntoACellIsRefusedSoon() {
        let table = (0..<20_000).map { "\($0) 3.25 word \"text\"" }.joined(separator: "\n")
        #expect(message(table) == "Two statements on one line need `;` between them")
        #expect(
            message("if true {\n" + table + "\n}")
                == "Two statements on one line need `;` between them")
        #expect(Interpreter().completeness(of: table) == .invalid)
    }

    @Test func valuesNestedWithoutEndAreAnError() throws {
        for line in [
            "a = [a]", "a = [1, a]", "a = [\"x\": a]", "a = (1, a)", "a.append(a)", "a.insert(a, at: 0)",
            "a = .s(a)",
        ] {
            let cell = "var a: Any = []\nfor _ in 0..<100_000 { \(line) }"
            #expect(message(cell) == "Lists can be nested 200 deep at most.")
        }
        #expect(
            try value("var a: Any = [1]\nfor _ in 0..<60 { a = [a, a] }\n\"\\(a)\".count > 1_000_000")
                == "true")
    }

    @Test func squareBracketsAreLimitedWhereTheyAreCode() throws {
        let deep = String(repeating: "[", count: 40)
        #expect(message(deep) == "More than 14 nested square brackets are too many for a cell.")
        #expect(failure("1\n" + deep)?.location?.column == 15)
        #expect(
            message("\"\\(" + deep)
                == "More than 14 nested square brackets are too many for a cell.")
        for text in [
            "\"\(deep)\"", "#\"\(deep)\"#", "#\"\"\(deep)\"#", "\"\"\"\n\(deep)\"\n\"\"\"",
            "\"\\(1)\(deep)\\\"\(deep)\"",
        ] {
            #expect(try value("(\(text)).count >= 40") == "true")
        }
        #expect(try value("// \(deep)\n/* \(deep) /* */ \(deep) */ [[[[[[[[[[[[[1]]]]]]]]]]]]].count") == "1")
    }

    @Test func longChainsOfOperatorsRun() throws {
        #expect(try value(String(repeating: "1 + ", count: 400) + "1") == "401")
        #expect(
            message(String(repeating: "x + ", count: 1_200) + "1")
                == "This expression has more than 1000 operators.")
    }

    /// A chain of values of the user's types is as dangerous to release as a list in lists.
    @Test(arguments: [
        "struct N { var next: N? }\nvar n = N(next: nil)\nfor i in 0..<100000 { n = N(next: n) }",
        "enum E { case end, link(E) }\nvar e = E.end\nfor i in 0..<100000 { e = E.link(e) }",
    ])
    func aChainOfOwnValuesHasAnEnd(cell: String) {
        #expect(message(cell) == "Values can be nested 200 deep at most.")
    }
}
