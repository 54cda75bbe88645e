import Cells
import Testing

@Suite(.timeLimit(.minutes(10))) struct ExpressionTests {
    @Test(arguments: [
        ("42", "42"), ("0xf_f", "255"), ("0b101", "5"), ("0o17", "15"), ("1_000", "1000"), ("-7", "-7"),
        ("0.5", "0.5"), ("1e3", "1000.0"), ("0x1p4", "16.0"), ("true", "true"), ("nil", "nil"),
        ("\"a\\tb\\u{e9}\"", "\"a\\tbé\""), ("#\"a\\n\"#", "\"a\\\\n\""),
        ("\"\"\"\n  a\n   b\n  \"\"\"", "\"a\\n b\""),
        ("\"\\(1 + 1) and \\(\"x\")\"", "\"2 and x\""), ("#\"\\#(3)\"#", "\"3\""), ("\"👩‍👩‍👧\".count", "1"),
        ("[1, 2, 3]", "[1, 2, 3]"), ("[]", "[]"), ("[1, 2.5]", "[1.0, 2.5]"), ("[\"a\": 1]", "[\"a\": 1]"),
        ("[:]", "[:]"), ("(1, \"a\")", "(1, \"a\")"), ("(x: 1, y: 2).y", "2"), ("(1, 2).0", "1"), ("()", ""),
        ("0..<3", "0..<3"), ("0...3", "0..<4"), (".cosine", ".cosine"),
        (".vital(references: \"x\", 3)", ".vital(references: \"x\", 3)"),
    ])
    func literals(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 / 2", "3"), ("-7 / 2", "-3"), ("7 % 3", "1"),
        ("7.0 / 2", "3.5"),
        ("1 / 2 * 0.5", "0.25"), ("let x = 4.0\n1 / 2 * x", "2.0"), ("let x: Double = 1 / 4\nx", "0.25"),
        ("[1 / 2, 0.5]", "[0.5, 0.5]"), ("2 + 3 == 5 && !false", "true"),
        ("1 < 2 ? \"a\" : \"b\"", "\"a\""), ("true ? 1 : true ? 2 : 3", "1"), ("nil ?? 5", "5"),
        ("\"a\" + \"b\"", "\"ab\""),
        ("\"a\" < \"b\"", "true"), ("[1] + [2]", "[1, 2]"), ("[1, 2] == [1, 2]", "true"),
        ("1 == 1.0", "true"),
        ("5 & 3 | 8 ^ 1", "8"), ("1 << 4", "16"), ("17 >> 2", "4"), ("~0", "-1"), ("-(3)", "-3"), ("+3", "3"),
        ("5 &+ 1", "6"),
        ("(1, 2) < (1, 3)", "true"), ("1 != 2", "true"), ("false || true", "true"), ("nil == nil", "true"),
        ("3 is Int", "true"), ("3 as Double", "3.0"), ("\"a\" as? Int", "nil"), ("\"3\" is String", "true"),
        (".dot == .dot", "true"), ("2 == nil", "false"),
    ])
    func operators(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test(arguments: [
        ("let x = [\"a\": [1, 2]]\nx[\"a\"]?[1]", "2"),
        ("let x = [\"a\": [1, 2]]\nx[\"b\"]?[1].magnitude", "nil"),
        ("let x: Int? = nil\nx?.magnitude ?? 7", "7"), ("let x = [3]\nx.first!", "3"),
        ("[10, 20, 30][1...]", "[20, 30]"), ("[10, 20, 30][..<2]", "[10, 20]"),
        ("\"hello\"[1..<3]", "\"el\""),
        ("[\"a\": 1][\"b\", default: 9]", "9"), ("(5..<9)[2]", "7"), ("try? Int(\"x\")!", "nil"),
        ("try await abs(-3)", "3"), ("[Int]()", "[]"), ("[String: Int]()", "[:]"),
        ("let x = if 1 < 2 { \"yes\" } else { \"no\" }\nx", "\"yes\""),
        ("let x = switch 3 { case 1: \"one\"\ncase 2...4: \"some\"\ndefault: \"many\" }\nx", "\"some\""),
        ("[\"b\", \"a\"].map(\\.count)", "[1, 1]"), ("[1, 2, 3].reduce(0, +)", "6"),
        ("[1, 3, 2].sorted(by: >)", "[3, 2, 1]"),
        ("[1, 2].map(String)", "[\"1\", \"2\"]"), ("[\"1\", \"x\"].compactMap(Int)", "[1]"),
        ("[1, 2, 3].filter([2, 3].contains)", "[2, 3]"), ("Int.max", "9223372036854775807"),
        ("Double.pi > 3", "true"),
    ])
    func postfix(source: String, expected: String) throws {
        #expect(try value(source) == expected)
    }

    @Test func numbersAreWrittenAsSwiftWritesThem() throws {
        #expect(
            try output("print(1.0, 1e20, 0.1 + 0.2, 1.0 / 0, 3)") == "1.0 1e+20 0.30000000000000004 inf 3\n")
    }

    @Test func printingTakesSwiftsArguments() throws {
        let context = TestContext()
        _ = try Interpreter().run(
            "print(1, \"a\", [\"b\"], separator: \"-\", terminator: \".\")\nprint(\"x\", to: .standardError)",
            in: context)
        #expect(context.output == "1-a-[\"b\"].")
        #expect(context.errors == "x\n")
    }
}
