/// An error for text that is not valid JSON.
package struct JSONError: Error, Hashable, CustomStringConvertible {
    /// The description of the error.
    package let reason: String
    /// The offset in bytes at which it was found.
    package let position: Int

    /// The reason and the position.
    package var description: String { "\(reason) at byte \(position)" }
}

extension JSON {
    /// Which extensions of JSON are accepted.
    package enum Strictness: Sendable {
        /// None.
        case standard
        /// Those of Python's `json`: `NaN`, `Infinity` and `-Infinity`, and text that is not UTF-8, such as file names
        /// that Python read with `surrogateescape`. Each invalid byte becomes U+FFFD.
        case python
    }

    /// The maximum nesting depth of arrays and objects, which bounds the stack that parsing and writing use.
    package static let depthLimit = 256

    /// Parses `bytes`, which must hold exactly one JSON value (RFC 8259).
    ///
    /// `NaN`, `Infinity` and invalid UTF-8 are errors unless `strictness` allows them. Values nested deeper than
    /// ``depthLimit`` always are. An unpaired surrogate escape becomes U+FFFD. The last of several members with the
    /// same name counts.
    package init(
        parsing bytes: some Collection<UInt8>, _ strictness: Strictness = .standard
    ) throws(JSONError) {
        // A closure with typed throws cannot cross `withContiguousStorageIfAvailable`.
        let parsed = Array(bytes).withUnsafeBufferPointer { buffer -> Result<JSON, JSONError> in
            do throws(JSONError) {
                var parser = Parser(bytes: buffer, isPython: strictness == .python)
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        self = try parsed.get()
    }

    /// Parses text, which must hold exactly one JSON value.
    package init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Whether Python's extensions are accepted.
    let isPython: Bool
    var position = 0

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("Unexpected text follows the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "N") where isPython: return try word("NaN", .number(.nan))
        case UInt8(ascii: "I") where isPython: return try word("Infinity", .number(.infinity))
        case UInt8(ascii: "-") where isPython && follows(UInt8(ascii: "I")):
            return try word("-Infinity", .number(-.infinity))
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        case nil: throw error("The text ends where a value is expected")
        default: throw error("A JSON value is expected")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.depthLimit else { throw error("The value is nested too deeply") }
        position += 1
        var members: [String: JSON] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("A member's name is missing") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw error("A colon is missing") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw error("A comma or brace is missing") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSON {
        guard depth < JSON.depthLimit else { throw error("The value is nested too deeply") }
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take("]") { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if take("]") { return .array(elements) }
            guard take(",") else { throw error("A comma or bracket is missing") }
        }
    }

    private mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            position += 1
        }
        if peek == UInt8(ascii: "\"") {
            position += 1
            return try text(bytes[start..<position - 1], at: start)
        }
        var decoded = Array(bytes[start..<position])
        while true {
            guard let byte = peek else { throw error("A string is not closed") }
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(decoded, at: start)
            case UInt8(ascii: "\\"): try escape(into: &decoded)
            case 0..<0x20: throw error("A string contains a control character")
            default: decoded.append(byte)
            }
        }
    }

    private func text(_ utf8: some Collection<UInt8>, at start: Int) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else {
            if isPython { return String(decoding: utf8, as: UTF8.self) }
            throw JSONError(reason: "A string is not UTF-8", position: start)
        }
        return text
    }

    private mutating func escape(into decoded: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw error("A string is not closed") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): decoded.append(byte)
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"): decoded.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default: throw error("A string contains an unknown escape")
        }
    }

    /// Reads the scalar of `\uXXXX` or of a surrogate pair; U+FFFD for an unpaired surrogate.
    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try fourDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = position
        if first < 0xDC00, take("\\"), take("u") {
            let second = try fourDigits()
            if (0xDC00...0xDFFF).contains(second) {
                return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        position = afterFirst
        return "\u{FFFD}"
    }

    private mutating func fourDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case let byte? where isDigit(byte):
                digit = byte - UInt8(ascii: "0")
            case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw error("Four hexadecimal digits are missing")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        var isWhole = true
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") {
            isWhole = false
            try digits()
        }
        if take("e") || take("E") {
            isWhole = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite || isPython else { throw error("A number is out of range") }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, isDigit(byte) { position += 1 }
        guard position > start else { throw error("A digit is missing") }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek == word.utf8Start[index] else { throw error("A JSON value is expected") }
            position += 1
        }
        return value
    }

    /// Returns whether the byte after the next one is `byte`.
    private func follows(_ byte: UInt8) -> Bool { position + 1 < bytes.count && bytes[position + 1] == byte }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, position: position)
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
