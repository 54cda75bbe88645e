extension JSON {
    /// The value as compact JSON in UTF-8, with sorted names.
    ///
    /// Numbers that are not finite and values nested deeper than ``depthLimit`` are written as `null`, so that a
    /// browser's `JSON.parse` can read the result.
    package var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(likelyByteCount(depth: 0))
        write(to: &output, depth: 0)
        return output
    }

    /// Returns an upper bound of the size in bytes if nothing is escaped, so that megabytes are not moved when the
    /// output grows.
    private func likelyByteCount(depth: Int) -> Int {
        switch self {
        case .null, .bool, .integer, .number: 24
        case .string(let value): value.utf8.count + 3
        case .array(let elements):
            depth < JSON.depthLimit ? elements.reduce(2) { $0 + $1.likelyByteCount(depth: depth + 1) + 1 } : 4
        case .object(let members):
            depth < JSON.depthLimit
                ? members.reduce(2) { $0 + $1.key.utf8.count + 4 + $1.value.likelyByteCount(depth: depth + 1) } : 4
        }
    }

    /// The value as compact JSON text.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private func write(to output: inout [UInt8], depth: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .number(let value): output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        case .string(let value): writeString(value, to: &output)
        case .array, .object:
            guard depth < JSON.depthLimit else {
                output.append(contentsOf: "null".utf8)
                return
            }
            writeContainer(to: &output, depth: depth)
        }
    }

    private func writeContainer(to output: inout [UInt8], depth: Int) {
        if case .array(let elements) = self {
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.write(to: &output, depth: depth + 1)
            }
            output.append(UInt8(ascii: "]"))
        } else if case .object(let members) = self {
            output.append(UInt8(ascii: "{"))
            for (index, name) in members.keys.sorted().enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                writeString(name, to: &output)
                output.append(UInt8(ascii: ":"))
                members[name]?.write(to: &output, depth: depth + 1)
            }
            output.append(UInt8(ascii: "}"))
        }
    }
}

/// Writes `value` in quotes.
///
/// Pictures are megabytes of base64, so runs of bytes without escapes are copied at once.
private func writeString(_ value: String, to output: inout [UInt8]) {
    var value = value
    output.append(UInt8(ascii: "\""))
    value.withUTF8 { bytes in
        var start = 0
        while true {
            let end = plainEnd(of: bytes, from: start)
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
            guard end < bytes.count else { break }
            writeEscape(bytes[end], to: &output)
            start = end + 1
        }
    }
    output.append(UInt8(ascii: "\""))
}

/// Returns the index of the first byte from `start` that needs an escape; the end if there is none.
private func plainEnd(of bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    var index = start
    while index + 8 <= bytes.count, !hasEscaped(raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)) {
        index += 8
    }
    while index < bytes.count, !isEscaped(bytes[index]) { index += 1 }
    return index
}

private func isEscaped(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
}

/// Returns whether any of eight bytes needs an escape.
///
/// If a byte is less than n ≤ 128 and no byte before it is, subtracting n from each borrows into its highest bit.
/// Source: S. E. Anderson, Bit Twiddling Hacks, "Determine if a word has a byte less than n".
private func hasEscaped(_ bytes: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    func isBelow(_ limit: UInt64, _ bytes: UInt64) -> UInt64 { (bytes &- ones &* limit) & ~bytes }
    let quote = bytes ^ ones &* UInt64(UInt8(ascii: "\""))
    let backslash = bytes ^ ones &* UInt64(UInt8(ascii: "\\"))
    return (isBelow(0x20, bytes) | isBelow(1, quote) | isBelow(1, backslash)) & (ones << 7) != 0
}

private func writeEscape(_ byte: UInt8, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: output.append(UInt8(ascii: "b"))
    case 0x09: output.append(UInt8(ascii: "t"))
    case 0x0A: output.append(UInt8(ascii: "n"))
    case 0x0C: output.append(UInt8(ascii: "f"))
    case 0x0D: output.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    default:
        let digits = Array("0123456789abcdef".utf8)
        output.append(contentsOf: "u00".utf8)
        output.append(digits[Int(byte >> 4)])
        output.append(digits[Int(byte & 15)])
    }
}
