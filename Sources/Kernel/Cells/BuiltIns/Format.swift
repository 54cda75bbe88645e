#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// C's formats, as `String(format:)` takes them: `%d`, `%5.2f`, `%e`, `%g`, `%x`, `%s`, `%@`, `%%`.
///
/// Every placeholder is checked against its value before it is passed to C.
struct Format {
    private let format: [Character]

    init(_ format: String) { self.format = Array(format) }

    func text(_ values: [Value]) throws -> String {
        var result = ""
        var left = values[...]
        var index = 0
        while index < format.count {
            guard format[index] == "%" else {
                result.append(format[index])
                index += 1
                continue
            }
            var flags = ""
            index += 1
            while index < format.count, "0123456789.+- #".contains(format[index]) {
                flags.append(format[index])
                index += 1
            }
            while index < format.count, "lhqz".contains(format[index]) { index += 1 }
            guard index < format.count else { throw CellError(.wrongArgument, "The format ends after `%`.") }
            let conversion = format[index]
            index += 1
            if conversion == "%" {
                result.append("%")
                continue
            }
            guard let value = left.popFirst() else {
                throw CellError(.wrongArgument, "The format has more placeholders than values.")
            }
            result += try place(flags, conversion, value)
        }
        guard left.isEmpty else {
            throw CellError(.wrongArgument, "The format has fewer placeholders than values.")
        }
        return result
    }

    private func place(_ flags: String, _ conversion: Character, _ value: Value) throws -> String {
        let widths = flags.split { !$0.isNumber }.map { Int($0) ?? .max }
        guard widths.allSatisfy({ $0 <= 1_000 }), flags.count(where: { $0 == "." }) <= 1 else {
            throw CellError(.wrongArgument, "`%\(flags)\(conversion)` is not a format.")
        }
        switch conversion {
        case "d", "i", "u", "x", "X", "o":
            guard let whole = value.integer else { throw mismatch(conversion, "a whole number", value) }
            return formatted("%\(flags)l\(conversion)", whole)
        case "f", "F", "e", "E", "g", "G":
            guard let number = value.number else { throw mismatch(conversion, "a number", value) }
            return formatted("%\(flags)\(conversion)", number)
        case "s", "@":
            let text = value.plainText
            let width = widths.first ?? 0
            let padding = String(repeating: " ", count: max(0, width - text.count))
            return flags.hasPrefix("-") ? text + padding : padding + text
        default:
            throw CellError(.wrongArgument, "`%\(flags)\(conversion)` is not a format.")
        }
    }

    private func formatted(_ format: String, _ value: any CVarArg) -> String {
        var buffer = [CChar](repeating: 0, count: 2_048)
        let length = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
        return String(
            decoding: buffer.prefix(max(0, min(Int(length), buffer.count - 1))).map(UInt8.init(bitPattern:)),
            as: UTF8.self)
    }

    private func mismatch(_ conversion: Character, _ wanted: String, _ value: Value) -> CellError {
        CellError(.wrongType, "`%\(conversion)` takes \(wanted), but this is \(value.descriptiveWords).")
    }
}
