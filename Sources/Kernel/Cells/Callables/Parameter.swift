/// A parameter of a command, method or function, with its type and documentation.
package struct Parameter: Sendable {
    /// The label in front of the colon; nil for none (Swift's `_`).
    package let label: String?
    /// The name in errors and in the documentation.
    package let name: String
    /// The type of the values that it takes.
    package internal(set) var type: ValueType
    /// The default as it is written in Swift; nil if the parameter must be given.
    package let defaultText: String?
    /// The default; nil if there is none, and for a user-defined function's default that is not a literal.
    package let defaultValue: Value?
    /// Whether it takes any number of values.
    let isVariadic: Bool
    /// Whether the caller's variable is changed, as by Swift's `inout`.
    var isInOut = false
    /// One line on what it means.
    package let summary: String
    /// The source of the texts that fit between its quotes.
    package let completes: (any CompletionSource)?
    /// Whether the command can read a value of the type: it may take fewer values than its type has.
    var isReadable: @Sendable (Value) -> Bool = { _ in true }

    /// Creates a parameter of a command.
    init(
        label: String?, name: String, _ type: ValueType, default defaultValue: Value?, isVariadic: Bool = false,
        summary: String, completes: (any CompletionSource)? = nil
    ) {
        self.label = label
        self.name = name
        self.type = type
        defaultText = defaultValue?.literalText
        self.defaultValue = defaultValue
        self.isVariadic = isVariadic
        self.summary = summary
        self.completes = completes
    }

    /// Creates a parameter of a user-defined function or type.
    ///
    /// - Parameter text: its default as written in the cell.
    init(label: String?, name: String, _ type: ValueType, default text: String? = nil, isVariadic: Bool = false) {
        self.label = label
        self.name = name
        self.type = type
        defaultText = text
        defaultValue = text.flatMap(Value.init(literal:))
        self.isVariadic = isVariadic
        summary = ""
        completes = nil
    }

    /// Whether a call may leave it out.
    package var isOptional: Bool { defaultText != nil || isVariadic }

    /// The parameter as it is declared in Swift: `steps: Int = 256`, `_ path: String`.
    package var swiftText: String {
        let names = label == name ? name : "\(label ?? "_") \(name)"
        return names + ": " + type.swiftText + (isVariadic ? "..." : "")
            + (defaultText.map { " = \($0)" } ?? "")
    }
}
