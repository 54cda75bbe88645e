import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct StatementTests {
    @Test(arguments: [
        ("let (a, b) = (1, 2)\na + b", "3"), ("var a = 1\nvar b = 2\n(a, b) = (b, a)\n[a, b]", "[2, 1]"),
        ("var x = 1\nx += 2\nx *= 3\nx -= 1\nx /= 2\nx %= 3\nx", "1"), ("var x: Double = 3\nx", "3.0"),
        ("var x = [1, 2]\nx[0] = 5\nx.append(3)\nx += [4]\nx", "[5, 2, 3, 4]"),
        ("var x = [[1], [2]]\nx[1].append(3)\nx[0][0] += 9\nx", "[[10], [2, 3]]"),
        (
            "var x = [\"a\": 1]\nx[\"b\"] = 2\nx[\"a\"] = nil\nx[\"c\", default: 5] += 1\nx",
            "[\"b\": 2, \"c\": 6]"
        ),
        ("var x = (a: 1, b: 2)\nx.a = 7\nx", "(a: 7, b: 2)"),
        ("let a = [1]\nvar b = a\nb.append(2)\na", "[1]"),
        ("let x = 1\nlet `in` = 2\n`in`", "2"), ("var x: Int?\nx = 3\nx", "3"), ("_ = 3", ""),
        ("import Foundation\n1", "1"), ("let x = 3", ""), ("3;", "3"),
        ("var s = \"a\"\ns += \"b\"\ns.append(\"c\")\ns", "\"abc\""),
        ("var flag = true\nflag.toggle()\nflag", "false"),
    ])
    func variables(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("var s = 0\nfor i in 1...4 where i % 2 == 0 { s += i }\ns", "6"),
        ("var s = 0\nfor (i, x) in [5, 6].enumerated() { s += i * x }\ns", "6"),
        ("var s = \"\"\nfor (k, v) in [\"a\": 1, \"b\": 2] { s += \"\\(k)\\(v)\" }\ns", "\"a1b2\""),
        ("var s = \"\"\nfor c in \"abc\" { s = c + s }\ns", "\"cba\""),
        ("var i = 0\nwhile i < 5 { i += 1; if i == 3 { break } }\ni", "3"),
        ("var i = 0\nrepeat { i += 1 } while i < 3\ni", "3"),
        (
            "var n = 0\nouter: for i in 0..<3 { for j in 0..<3 { if j == 1 { continue outer }\nif i == 2 { break outer }\nn += 1 } }\nn",
            "2"
        ),
        ("var r = \"\"\nif let x = Int(\"4\") { r = \"\\(x)\" } else { r = \"no\" }\nr", "\"4\""),
        ("let x: Int? = nil\nvar r = 0\nif let x { r = x } else if r == 0 { r = 9 }\nr", "9"),
        (
            "func f(_ x: Int?) -> Int { guard let x, x > 0 else { return -1 }\nreturn x }\n[f(3), f(nil), f(-5)]",
            "[3, -1, -1]"
        ),
        (
            "var r = [String]()\nfor x in [1, 7, 20] { switch x { case 1, 2: r.append(\"a\")\ncase let y where y > 10: r.append(\"b\\(y)\")\ndefault: r.append(\"c\") } }\nr",
            "[\"a\", \"c\", \"b20\"]"
        ),
        ("var r = 0\nswitch (1, 2) { case (1, let y): r = y\ncase _: r = 9 }\nr", "2"),
        (
            "var r = \"\"\ndo { _ = [1][3] } catch { r = error }\nr",
            "\"There is no element 3: they go from 0 to 0.\""
        ),
        ("var r = 0\ndo { let x = 4; r = x }\nr", "4"),
        ("for i in stride(from: 10, to: 0, by: -5) { print(i) }", ""),
        ("Array(stride(from: 0.0, through: 1.0, by: 0.5))", "[0.0, 0.5, 1.0]"),
        ("Array(stride(from: 0, to: 7, by: 3))", "[0, 3, 6]"),
    ])
    func control(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("func f(_ a: Int, by b: Int = 2) -> Int { a * b }\n[f(3), f(3, by: 5)]", "[6, 15]"),
        ("func fib(_ n: Int) -> Int { n < 2 ? n : fib(n - 1) + fib(n - 2) }\nfib(15)", "610"),
        ("func f(x: Double) -> Double { x }\nf(x: 3)", "3.0"),
        ("func f(_ xs: Int...) -> Int { xs.count }\nf(1, 2, 3)", "3"),
        ("func f(a: Int, b: Int = a()) -> Int { a + b }\nfunc a() -> Int { 10 }\n1", "1"),
        ("f()\nfunc f() { print(1) }", ""), ("func f() -> (Int, Int) { (1, 2) }\nlet (a, b) = f()\nb", "2"),
        ("let f = { $0 * 2 }\nf(4)", "8"), ("let f = { (x: Int, y: Int) -> Int in x - y }\nf(5, 3)", "2"),
        ("[1, 2].map { x in\n let y = x + 1\n return y * y\n}", "[4, 9]"),
        (
            "func make() -> () -> Int { var n = 0\nreturn { n += 1; return n } }\nlet c = make()\n_ = c()\nc()",
            "2"
        ),
        ("zip([1, 2], [3, 4]).map { $0 + $1 }", "[4, 6]"), ("[\"b\": 2].map { $0.key }", "[\"b\"]"),
        ("[\"b\": 2].map { k, v in \"\\(k)\\(v)\" }", "[\"b2\"]"),
        ("func apply(_ f: (Int) -> Int, to x: Int) -> Int { f(x) }\napply({ $0 + 1 }, to: 2)", "3"),
        ("func twice(_ x: Int, _ f: (Int) -> Int) -> Int { f(f(x)) }\ntwice(3) { $0 * $0 }", "81"),
        ("[3, 1, 2].sorted { $0 > $1 }", "[3, 2, 1]"),
        ("[1, 2, 3].reduce(into: [:]) { $0[$1] = $1 * $1 }", "[1: 1, 2: 4, 3: 9]"),
        ("var fs: [() -> Int] = []\nfor i in 0..<3 { fs.append { i } }\nfs.map { $0() }", "[0, 1, 2]"),
        (
            "func even(_ n: Int) -> Bool { n == 0 ? true : odd(n - 1) }\nfunc odd(_ n: Int) -> Bool { n == 0 ? false : even(n - 1) }\neven(10)",
            "true"
        ),
        (
            "func outer() -> Int { func inner(_ n: Int) -> Int { n == 0 ? 0 : n + inner(n - 1) }\nreturn inner(4) }\nouter()",
            "10"
        ),
    ])
    func functions(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test func variablesSurviveCellsAndErrors() throws {
        let interpreter = Interpreter()
        let context = TestContext()
        #expect(throws: CellError.self) {
            try interpreter.run("let a = 1\nlet b = a + 1\nlet c = b[0]", in: context)
        }
        guard case .value(let sum) = try interpreter.run("a + b", in: context) else {
            return #expect(Bool(false))
        }
        #expect(sum == 3)
        _ = try interpreter.run("let a = \"new\"", in: context)
        #expect(interpreter.variables["a"]?.value == "new")
        #expect(interpreter.variables["c"] == nil)
        #expect(interpreter.variables.keys.sorted() == ["a", "b"])
    }

    @Test func aFunctionSeesLaterValues() throws {
        let interpreter = Interpreter()
        let context = TestContext()
        _ = try interpreter.run("var n = 1\nfunc f() -> Int { n }", in: context)
        _ = try interpreter.run("n = 5", in: context)
        #expect(try interpreter.evaluate("f()", in: context) == 5)
    }

    @Test func appendingIsNotQuadratic() throws {
        #expect(
            try value("var x: [Int] = []\nfor i in 0..<200_000 { x.append(i); x[i] += 1 }\nx.count")
                == "200000")
        #expect(try value("var s = \"\"\nfor _ in 0..<200_000 { s += \"ab\" }\ns.count") == "400000")
    }

    /// Scopes of few and of many variables: each is found, changed and hidden.
    @Test(arguments: [1, 2, 8, 9, 10, 40]) func anyNumberOfVariables(_ count: Int) throws {
        let declared = (0..<count).map { "var v\($0) = \($0)" }.joined(separator: "; ")
        let changed = (1..<count).map { "v\($0) += 1" }.joined(separator: "; ")
        let sum = (0..<count).map { "v\($0)" }.joined(separator: " + ")
        let cell =
            "func f() -> Int { \(declared); for v0 in 0..<2 { \(changed) }; v0 += 5; return \(sum) }\nf()"
        // Each but the first goes up twice, and the first by 5 at the end.
        #expect(try value(cell) == "\((0..<count).reduce(0, +) + 2 * (count - 1) + 5)")
    }
}
