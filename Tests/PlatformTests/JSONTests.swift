import Platform
import Testing

@Suite(.timeLimit(.minutes(10))) struct JSONTests {
    private static let readable: [(String, JSON)] = [
        ("null", JSON.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-17", -17),
        ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
        ("1.5e3", .number(1500)), ("1E-2", .number(0.01)), ("\"\"", ""),
        ("\"a\\n\\u00e9\\\"\\/\"", "a\né\"/"),
        ("\"\\ud83d\\ude00\"", "😀"), ("\"\\ud83dx\"", "\u{FFFD}x"),
        ("\"\\ude00\\ud83d\"", "\u{FFFD}\u{FFFD}"),
        ("\"\\ud83d\\u0041\"", "\u{FFFD}A"), ("\"ü👩‍👧\"", "ü👩‍👧"), ("[]", []), ("[1, [2], {}]", [1, [2], [:]]),
        ("{\"a\": 1, \"b\": {\"c\": null}}", ["a": 1, "b": ["c": nil]]), ("{\"a\": 1, \"a\": 2}", ["a": 2]),
    ]

    @Test(arguments: readable) func whatIsJSONIsRead(_ text: String, _ value: JSON) throws {
        #expect(try JSON(parsing: text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "NaN", "Infinity", "-Infinity", "-", "01", "1.", ".5", "1e", "+1", "1e999",
        "'a'",
        "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\\u12", "\"\u{1}\"", "[1,]", "[1 2]", "[", "{\"a\"}", "{\"a\":}",
        "{a: 1}",
        "{\"a\": 1,}", "{", "{\"a\"", "1 2", "\u{FEFF}1", "[1]]", "tru",
    ]) func whatIsNoJSONIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try JSON(parsing: text) }
    }

    @Test(
        arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func whatIsNotUTF8IsRefused(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
    }

    /// What `json.dumps` of Python 3.11 writes of float("nan") and its kin.
    @Test func whatPythonWritesIsReadWhereItIsAllowed() throws {
        let text = #"{"a": NaN, "b": [Infinity, -Infinity, 1e999, -1.5], "c": "N"}"#
        let value = try JSON(parsing: Array(text.utf8), .python)
        #expect(value["a"]?.number?.isNaN == true && value["a"]?.integer == nil)
        #expect(value["b"]?[0]?.number == .infinity && value["b"]?[1]?.number == -.infinity)
        #expect(value["b"]?[2]?.number == .infinity && value["b"]?[3] == -1.5 && value["c"] == "N")
        #expect(value.text == #"{"a":null,"b":[null,null,null,-1.5],"c":"N"}"#)
        for text in ["Na", "nan", "-", "-Inf", "Infinite", "--Infinity", "NaNa"] {
            #expect(throws: JSONError.self) { try JSON(parsing: Array(text.utf8), .python) }
        }
    }

    @Test(
        arguments: [
            ([0xFF], "\u{FFFD}"), ([0x61, 0xC3], "a\u{FFFD}"), ([0xC3, 0x28], "\u{FFFD}("),
            ([0x5C, 0x6E, 0xE9, 0x62], "\n\u{FFFD}b"),
        ] as [([UInt8], String)])
    func whatIsNotUTF8IsReplacedWhereItIsAllowed(_ bytes: [UInt8], _ text: String) throws {
        #expect(try JSON(parsing: [0x22] + bytes + [0x22], .python) == .string(text))
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON(parsing: nested(JSON.depthLimit)) }
        #expect(throws: JSONError.self) { try JSON(parsing: nested(JSON.depthLimit + 1)) }
        #expect(throws: JSONError.self) { try JSON(parsing: String(repeating: "{\"a\":", count: 1_000_000)) }
        var deep: JSON = 1
        for _ in 0..<1000 { deep = [deep] }
        #expect(throws: Never.self) { try JSON(parsing: deep.bytes) }
    }

    @Test func writingIsCompactSortedAndStable() {
        let value: JSON = ["b": [1, -2.5, true, nil], "a": "\"\\/\n\u{1}é😀", "": [:]]
        #expect(value.text == #"{"":{},"a":"\"\\/\n\u0001é😀","b":[1,-2.5,true,null]}"#)
    }

    @Test func everyPlaceOfALongStringIsLookedAt() throws {
        for length in 1...40 {
            for place in 0..<length {
                for (scalar, written) in [("\"", #"\""#), ("\\", #"\\"#), ("\n", #"\n"#), ("\u{1F}", #"\u001f"#)] {
                    let before = String(repeating: "é", count: place)
                    let after = String(repeating: "~", count: length - place)
                    #expect(JSON.string(before + scalar + after).text == "\"\(before)\(written)\(after)\"")
                }
            }
        }
        let plain = String((0x20..<0x80).map { Character(Unicode.Scalar($0)) }.filter { $0 != "\"" && $0 != "\\" })
        #expect(JSON.string(plain + plain).text == "\"\(plain)\(plain)\"")
    }

    @Test func whatJSONLacksIsNull() {
        let value: JSON = [.number(.nan), .number(.infinity), .number(-.infinity), .number(1e300)]
        #expect(value.text == "[null,null,null,1e+300]")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let value: JSON = ["n": .integer(.min), "d": 0.1, "e": 1e-7, "s": "\u{2028}\u{0}\u{7F}", "l": [[[]]]]
        #expect(try JSON(parsing: value.bytes) == value)
    }
}
