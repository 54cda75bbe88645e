import Cells
import Testing

/// `struct`, `enum`, `Set`, `inout`, `defer` and patterns.
@Suite(.timeLimit(.minutes(10))) struct TypeTests {
    private static let point = """
        struct P {
            var x: Double
            var y = 2.0
            var length: Double { (x * x + y * y).squareRoot() }
            var half: Double { get { x / 2 } set { x = newValue * 2 } }
            mutating func move(by d: Double) { x += d; self.y += d }
            func moved(by d: Double) -> P { var copy = self; copy.move(by: d); return copy }
            static let origin = P(x: 0, y: 0)
            static func unit() -> P { P(x: 1, y: 0) }
        }
        var p = P(x: 3, y: 4)

        """

    @Test(arguments: [
        ("p", "P(x: 3.0, y: 4.0)"), ("p.length", "5.0"), ("p.move(by: 1); p", "P(x: 4.0, y: 5.0)"),
        ("p.x = 10; p.y += 1; p", "P(x: 10.0, y: 5.0)"), ("p.half = 3; p.x", "6.0"),
        ("let c = p; p.x = 0; [c.x, p.x]", "[3.0, 0.0]"), ("p.moved(by: 1).x", "4.0"), ("P.origin.x", "0.0"),
        ("P.unit().length", "1.0"), ("P(x: 1).y", "2.0"), ("P(x: 1) == P(x: 1, y: 2)", "true"),
        ("var l = [p, p]; l[0].x = 5; l[1].move(by: 1); l.map(\\.x)", "[5.0, 4.0]"),
    ])
    func structs(cell: String, expected: String) throws {
        #expect(try value(Self.point + cell) == expected)
    }

    @Test(arguments: [
        ("P(z: 1)", "`P` has no argument `z`. It takes `x`, `y`."),
        ("P(x: \"a\")", "`x` must be a number, but this is text (\"a\")."),
        ("let n = 3\nP(x: n)", "`x` must be a number, but this is a whole number (3). Write `Double(…)`."),
        ("let c = p\nc.x = 1", "`c` is a constant. Declare it with `var` to change it: `var c = …`."),
        ("p.z", "A P has no `z`. It has `half`, `length`, `move`, `moved`, `x`, `y`."),
    ])
    func mistakesWithStructs(cell: String, expected: String) {
        #expect(message(Self.point + cell) == expected)
    }

    @Test func initializersOfTheirOwn() throws {
        let cell = """
            struct Q { var items: [Double] = []
              let name: String
              init(_ first: Double) { name = "one"; items.append(first) }
              init(named name: String) { self.name = name }
              mutating func add(_ v: Double) { items.append(v) } }
            var q = Q(3)
            q.add(1)
            [q.items, Q(named: "b").items]
            """
        #expect(try value(cell) == "[[3.0, 1.0], []]")
    }

    private static let kinds = """
        enum Kind: String, CaseIterable {
            case a, b = "bee"
            var title: String { switch self { case .a: "A!"
                case .b: "B!" } }
            func twice() -> String { title + rawValue }
        }
        enum Shape { case circle(radius: Double), rect(Double, Double), none
            var area: Double { switch self { case .circle(let r): return r * r
                case .rect(let w, let h): return w * h
                case .none: return 0 } } }
        let k = Kind.b

        """

    @Test(arguments: [
        ("[k.title, k.rawValue, k.twice()]", "[\"B!\", \"bee\", \"B!bee\"]"), ("k == .b", "true"),
        ("k != Kind.a", "true"),
        ("Kind.allCases", "[a, b]"), ("Kind(rawValue: \"bee\")", "b"), ("Kind(rawValue: \"c\")", "nil"),
        ("let other: Kind = .a; other", "a"), ("func f(_ k: Kind) -> Bool { k == .a }\nf(.a)", "true"),
        ("var v = Kind.a; v = .b; v", "b"), ("let n: [Kind: Int] = [.a: 1, .b: 2]; n[.b]", "2"),
        ("[Shape.circle(radius: 2).area, Shape.rect(2, 3).area]", "[4.0, 6.0]"),
        ("Shape.circle(radius: 1)", "circle(radius: 1.0)"),
        ("if case .circle(let r) = Shape.circle(radius: 2) { r } else { 0 }", ""),
        ("guard case let .rect(w, h) = Shape.rect(2, 3) else { fatalError() }\nw + h", "5.0"),
        ("enum N: Int { case one = 1, two }\nN.two.rawValue", "2"),
    ])
    func enums(cell: String, expected: String) throws {
        #expect(try value(Self.kinds + cell) == expected)
    }

    @Test func aCaseThatIsNone() {
        #expect(message(Self.kinds + "let x: Kind = .c") == "`Kind` has no `.c`.")
    }

    @Test(arguments: [
        ("Set([1, 2, 2]).count", "2"), ("let s: Set<Int> = [1, 2, 2]; s.count", "2"),
        ("var s = Set<String>(); s.insert(\"a\"); s.contains(\"a\")", "true"),
        ("var s: Set = [1, 2]; s.remove(1); s.sorted()", "[2]"),
        ("Set([1, 2]).union([3]).sorted()", "[1, 2, 3]"), ("Set([1, 2]).intersection([2, 3]).sorted()", "[2]"),
        ("Set([1, 2]).subtracting([2]).sorted()", "[1]"), ("Set([1]) == Set([1, 1])", "true"),
        ("Set([1, 2]).isSuperset(of: [1])", "true"),
    ])
    func sets(cell: String, expected: String) throws {
        #expect(try value(cell) == expected)
    }

    @Test(arguments: [
        ("func inc(_ x: inout Int) { x += 1 }\nvar q = 1; inc(&q); q", "2"),
        ("func half(_ x: inout Double) { x /= 2 }\nvar l = [1.0, 4]; half(&l[1]); l", "[1.0, 2.0]"),
        ("func add(_ x: inout [Int], _ n: Int) { x.append(n) }\nvar l = [3]; add(&l, 4); l", "[3, 4]"),
        ("var a = 1, b = 2; swap(&a, &b); [a, b]", "[2, 1]"),
    ])
    func inOut(cell: String, expected: String) throws {
        #expect(try value(cell) == expected)
    }

    @Test(arguments: [
        (
            "func inc(_ x: inout Int) { x += 1 }\nvar q = 1\ninc(q)",
            "`inc` changes this argument (`inout`): write `&q`."
        ),
        (
            "func inc(_ x: inout Int) { x += 1 }\nlet q = 1\ninc(&q)",
            "`q` is a constant. Declare it with `var` to change it: `var q = …`."
        ),
        ("var q = 1\nabs(&q)", "`abs` does not change this argument: leave the `&` out."),
    ])
    func mistakesWithInOut(cell: String, expected: String) {
        #expect(message(cell) == expected)
    }

    @Test func deferredBlocksRunWhenTheirBlockIsLeft() throws {
        #expect(
            try output(
                "func d() -> Int { defer { print(\"z\") }; defer { print(\"y\") }; print(\"a\"); return 3 }\nprint(d())"
            )
                == "a\ny\nz\n3\n")
        #expect(
            try output("for i in 0..<2 { defer { print(\"end\") }; if i == 0 { continue }; print(i) }")
                == "end\n1\nend\n")
        #expect(try output("do { defer { print(\"x\") }; throw \"e\" } catch { print(error) }") == "x\ne\n")
        #expect(try output("defer { print(\"last\") }\nprint(\"first\")") == "first\nlast\n")
    }

    @Test(arguments: [
        ("let o: Int? = 3\nif case let v? = o { print(v) }", "3\n"),
        ("for case let v? in [1, nil, 3] { print(v) }", "1\n3\n"),
        ("if case 1...3 = 2 { print(\"in\") }", "in\n"),
        ("if case .some(let v) = Int(\"4\"), v > 2 { print(v) }", "4\n"),
        ("switch (1, \"a\") { case (let n, \"a\"): print(n)\ndefault: break }", "1\n"),
        (
            "let v: Any = 3\nswitch v { case is String: print(\"text\")\ncase let n as Int: print(n + 1)\ndefault: break }",
            "4\n"
        ),
    ])
    func patterns(cell: String, expected: String) throws {
        #expect(try output(cell) == expected)
    }

    @Test(arguments: [
        "Date().timeIntervalSince(Date()) <= 0.0", "let s = Date(); Date().timeIntervalSince(s) >= 0",
        "ContinuousClock().measure { _ = 1 }.seconds >= 0",
        "let c = ContinuousClock(); let s = c.now; (c.now - s).seconds >= 0",
        "let s = ContinuousClock.now; s.duration(to: ContinuousClock.now).seconds >= 0",
    ])
    func clocks(cell: String) throws {
        #expect(try value(cell) == "true")
    }

    /// A case without parentheses fits whatever values it has.
    @Test(arguments: [
        ("switch r { case .ok: \"ok\"; case .bad(let why): why }", "\"ok\""),
        ("switch r { case .ok(let n) where n > 5: \"big\"; case .ok: \"small\"; case .bad: \"bad\" }", "\"small\""),
        ("switch R.bad(\"no\") { case .ok: \"ok\"; case .bad: \"bad\" }", "\"bad\""),
        ("if case .ok = r { 1 } else { 2 }", "1"), ("r == .ok(1)", "true"), ("r == .ok(2)", "false"),
    ])
    func casesWithValuesFitByName(cell: String, expected: String) throws {
        let kinds = "enum R { case ok(Int), bad(String) }\nlet r = R.ok(1)\n"
        #expect(try value(kinds + "let found = " + cell + "\nfound") == expected)
    }

    /// `.infinity`, `.max` and `.seconds(1)` where the context says of which type they are.
    @Test(arguments: [
        ("let x: Double = .infinity\nx", "inf"), ("var best: Double = -.infinity\nbest = max(best, 2)\nbest", "2.0"),
        ("[1, .nan, 3].count", "3"), ("[1, .pi]", "[1.0, 3.141592653589793]"),
        ("let l: [Double] = [.pi]\nl[0] > 3", "true"),
        ("let n: Int = .max\nn == Int.max", "true"), ("let x = 3.0\nx < .infinity", "true"),
        ("let x = Double.infinity\nx == .infinity", "true"), ("let x = 3\nx == .max", "false"),
        ("func half(_ x: Double) -> Double { x / 2 }\nhalf(.infinity)", "inf"),
        ("let d: Duration = .milliseconds(1500)\nd", "1.5 seconds"),
        ("Duration.seconds(3) == .milliseconds(3000)", "true"),
        ("ContinuousClock().measure { 1 } < .seconds(5)", "true"), ("Duration.zero + .seconds(2)", "2.0 seconds"),
        ("let start = ContinuousClock.now\nstart.duration(to: .now) < .seconds(60)", "true"),
        ("Date().timeIntervalSince(.now) < 1", "true"), ("Duration.microseconds(2) <= .nanoseconds(2000)", "true"),
    ])
    func implicitMembers(cell: String, expected: String) throws {
        #expect(try value(cell) == expected)
    }

    /// Words are read with their article.
    @Test(arguments: [("R", "An R"), ("P", "A P"), ("Item", "An Item"), ("MLP", "An MLP"), ("Kind", "A Kind")])
    func articles(name: String, expected: String) {
        #expect(message("struct \(name) { }\n\(name)().z") == "\(expected) has no `z`.")
    }
}
