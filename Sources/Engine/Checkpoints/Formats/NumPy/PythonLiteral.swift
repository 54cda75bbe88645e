/// A parser of dictionaries as Python prints them, for the headers of NumPy's arrays.
struct PythonLiteral {
    /// The value of a key.
    enum Value: Hashable {
        case text(String)
        case flag(Bool)
        case numbers([Int])
        /// A list, which the header of a numeric array does not have.
        case other
    }

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Parses the bytes as a dictionary; nil if they are not one. White space may follow it.
    mutating func dictionary() -> [String: Value]? {
        guard take("{") else { return nil }
        var result: [String: Value] = [:]
        while !take("}") {
            guard case .text(let key)? = text(), take(":"), let value = value(),
                result.updateValue(value, forKey: key) == nil
            else { return nil }
            guard take(",") || next == UInt8(ascii: "}") else { return nil }
            // An array of records, recognized by its first value, is not parsed further.
            if key == "descr", value == .other { return ["descr": .other, "fortran_order": .other, "shape": .other] }
        }
        return next == nil ? result : nil
    }

    private mutating func value() -> Value? {
        switch next {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): text()
        case UInt8(ascii: "T"): take("True") ? .flag(true) : nil
        case UInt8(ascii: "F"): take("False") ? .flag(false) : nil
        case UInt8(ascii: "("): numbers()
        case UInt8(ascii: "["): skipped()
        default: nil
        }
    }

    private mutating func text() -> Value? {
        guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
        let start = place + 1
        guard let end = bytes[start...].firstIndex(of: quote) else { return nil }
        place = end + 1
        let content = bytes[start..<end]
        return content.contains(UInt8(ascii: "\\")) ? nil : .text(String(decoding: content, as: UTF8.self))
    }

    private mutating func numbers() -> Value? {
        guard take("(") else { return nil }
        var result: [Int] = []
        while !take(")") {
            guard let number = number() else { return nil }
            result.append(number)
            guard take(",") || next == UInt8(ascii: ")") else { return nil }
        }
        return .numbers(result)
    }

    private mutating func number() -> Int? {
        _ = next
        let start = place
        while place < bytes.count, bytes[place] == UInt8(ascii: "-") || (48...57).contains(bytes[place]) {
            place += 1
        }
        let number = Int(String(decoding: bytes[start..<place], as: UTF8.self))
        // Python 2 wrote long integers as 3L.
        if place < bytes.count, bytes[place] == UInt8(ascii: "L") { place += 1 }
        return number
    }

    /// Skips a list, which must be closed.
    private mutating func skipped() -> Value? {
        var depth = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "[") { depth += 1 }
            if bytes[place] == UInt8(ascii: "]") { depth -= 1 }
            place += 1
            if depth == 0 { return .other }
        }
        return nil
    }

    private mutating func take(_ word: StaticString) -> Bool {
        _ = next
        let length = word.utf8CodeUnitCount
        guard place + length <= bytes.count,
            bytes[place..<place + length].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: length))
        else { return false }
        place += length
        return true
    }

    /// The next byte that is not white space, without consuming it.
    private var next: UInt8? {
        mutating get {
            while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
            return place < bytes.count ? bytes[place] : nil
        }
    }
}
