extension Value {
    /// The value as Swift's `print` writes it.
    ///
    /// It is limited to about a million characters.
    package var plainText: String {
        if case .string(let text) = self { return text }
        var writer = ValueWriter()
        writer.write(self)
        return writer.text
    }

    /// The value as Swift prints it inside a list: text in quotes.
    package var quotedText: String {
        var writer = ValueWriter()
        writer.write(self)
        return writer.text
    }
}

/// Writes a value part by part and stops when the text gets too long: a list that holds a list twice, nested forty
/// deep, fits into memory, but its text does not.
private struct ValueWriter {
    var text = ""
    private var isFull = false

    mutating func write(_ value: Value) {
        switch value {
        case .nothing: append("nil")
        case .boolean(let value): append("\(value)")
        case .integer(let value): append("\(value)")
        case .number(let value): append(value.isNaN ? "nan" : "\(value)")
        case .string(let value): append(value.debugDescription)
        case .range(let range): append("\(range)")
        case .function(let callable): append(callable.signature.shortName)
        case .object(let object): append(object.plainText)
        case .array(let elements):
            list("[", elements, "]") { writer, element in writer.write(element) }
        case .dictionary(let dictionary) where dictionary.isEmpty:
            append("[:]")
        case .dictionary(let dictionary):
            list("[", dictionary.pairs, "]") { writer, pair in
                writer.write(pair.key)
                writer.append(": ")
                writer.write(pair.value)
            }
        case .tuple(let elements):
            list("(", elements, ")") { writer, element in writer.write(element.label, element.value) }
        case .symbol(let symbol):
            append(".\(symbol.name)")
            guard !symbol.arguments.isEmpty else { return }
            list("(", symbol.arguments, ")") { writer, argument in
                writer.write(argument.label, argument.value)
            }
        }
    }

    private mutating func write(_ label: String?, _ value: Value) {
        if let label { append("\(label): ") }
        write(value)
    }

    private mutating func list<Element>(
        _ open: String, _ elements: [Element], _ close: String,
        writing write: (inout ValueWriter, Element) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            guard !isFull else { return }
            if index > 0 { append(", ") }
            write(&self, element)
        }
        append(close)
    }

    private mutating func append(_ part: String) {
        guard !isFull else { return }
        text += part
        if text.utf8.count > Limits.textOfAValue {
            text += " …"
            isFull = true
        }
    }
}
