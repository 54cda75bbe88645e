import Cells
import Testing

/// A generator that gives the same numbers each time.
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite(.timeLimit(.minutes(10))) struct FuzzTests {
    private let cells = [
        "let photo = load(\"vit\")\nrender(0.7 * vit.logit(\"a\") - 0.3 * vit.blocks[5].mlp.neuron(42), steps: 512, by: .cosine) { $0 }",
        "func fib(_ n: Int, of m: Double = 1.5) -> Int {\n    guard n > 1 else { return n }\n    return fib(n - 1) + fib(n - 2)\n}\nprint(fib(7))",
        "var list = [1, 2.5, 0x1F]\nfor (i, x) in list.enumerated() where i % 2 == 0 {\n    list[i] += x * 2\n}\nlist.sorted { $0 > $1 }",
        "let text = \"\"\"\n    a \\(1 + 2) b\n    \"\"\"\nswitch text.count {\ncase 0: break\ncase 1...5 where true: print(\"few\")\ndefault: print(\"many\", to: .standardError)\n}",
        "if let x = [\"k\": [1, 2]][\"k\"]?.first, x > 0 { x! } else if false { nil } else { try? Int(\"x\")! }\nvit[\"blocks.0\"]?",
    ]

    @Test func tokenSoupNeverCrashes() {
        let tokens = [
            "let", "var", "func", "if", "else", "for", "in", "while", "switch", "case", "default", ":",
            "return", "guard", "{", "}", "(", ")", "[", "]", ",", ".", "=", "==", "+", "-", "*", "/",
            "..<", "...", "?", "??", "!", "&&", "->", "_", "$0", "x", "vit", "render", "load", "print", "Int",
            "String", "1", "0", "2.5", "\"a\"", "\"", "\"\"\"", "\\(", "#", "#\"", "'", "\n", "\n", " ", " ",
            " ", "//",
            "/*", "*/", ".dot", "steps", "nil", "true", "class", "try", "await", "as", "is", "where", "+=",
            "%", "@", "~", "&", "\u{301}", "👍", "é", "\u{0}", "\r\n", "def", "lambda", "and", "range", ";",
            "\\", "`", "<", ">",
            "count", "append", "map", "first", "9223372036854775807", "9999999999999999999999", "0x", "1e999",
            "repeat", "break", "continue", "inout", "any", "some",
        ]
        var dice = Dice(state: 42)
        for round in 0..<1_500 {
            let count = Int.random(in: 1...40, using: &dice)
            let separator = Bool.random(using: &dice) ? " " : ""
            check(
                (0..<count).map { _ in tokens.randomElement(using: &dice) ?? "" }.joined(
                    separator: separator), round)
        }
    }

    @Test func truncatedCellsNeverCrash() {
        for cell in cells {
            let scalars = Array(cell.unicodeScalars)
            for length in 0...scalars.count {
                var part = String.UnicodeScalarView()
                part.append(contentsOf: scalars.prefix(length))
                check(String(part), length)
            }
        }
    }

    @Test func damagedCellsNeverCrash() {
        var dice = Dice(state: 7)
        let marks = Array("(){}[]\"'\\.,:;=+-*/<>!?&|%#@$_ \n\t0a".unicodeScalars)
        for round in 0..<1_000 {
            var scalars = Array((cells.randomElement(using: &dice) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &dice) {
                let place = Int.random(in: 0..<scalars.count, using: &dice)
                switch Int.random(in: 0..<3, using: &dice) {
                case 0: scalars.remove(at: place)
                case 1: scalars.insert(marks.randomElement(using: &dice) ?? "x", at: place)
                default: scalars[place] = marks.randomElement(using: &dice) ?? "x"
                }
            }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            check(String(text), round)
        }
    }

    private func check(_ cell: String, _ round: Int) {
        let interpreter = Interpreter(globals: hostGlobals)
        do {
            _ = try interpreter.run(cell, in: TestContext(cancelAfter: 5_000))
        } catch {
            #expect(!error.text.isEmpty)
            #expect(!error.message.isEmpty)
        }
        _ = interpreter.completeness(of: cell)
        let count = cell.unicodeScalars.count
        for cursor in [count, count / 2] {
            let list = interpreter.completions(in: cell, cursor: cursor)
            #expect(list.start >= 0 && list.start <= list.end && list.end <= count, "round \(round)")
            _ = interpreter.inspection(in: cell, cursor: cursor)
        }
    }
}
