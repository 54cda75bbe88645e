/// One parameter of a command, method or function, as it is written, checked and documented.
public struct Parameter: Sendable {
    /// What the caller writes in front of the colon; nil when the value stands alone (Swift's `_`).
    public let label: String?
    /// The name by which errors and the documentation speak of it.
    public let name: String
    /// What it takes.
    public internal(set) var type: ValueType
    /// The default as it is written in Swift; nil when the parameter must be given.
    public let defaultText: String?
    /// The default; nil where there is none, and for one of the user's that is more than a literal.
    public let defaultValue: Value?
    /// Whether it takes any number of values.
    public let isVariadic: Bool
    /// Whether the caller's variable is changed: Swift's `inout`.
    var isInOut = false
    /// One line on what it means.
    public let summary: String
    /// What fits between its quotes.
    public let completes: (any CompletionSource)?

    /// A parameter of a command.
    init(
        label: String?, name: String, _ type: ValueType, default usual: Value?, isVariadic: Bool = false,
        summary: String, completes: (any CompletionSource)? = nil
    ) {
        self.label = label
        self.name = name
        self.type = type
        defaultText = usual?.literalText
        defaultValue = usual
        self.isVariadic = isVariadic
        self.summary = summary
        self.completes = completes
    }

    /// A parameter of a function or type of the user's.
    ///
    /// - Parameter text: its default as the cell wrote it.
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
    public var isOptional: Bool { defaultText != nil || isVariadic }

    /// The parameter as it is declared in Swift: `steps: Int = 256`, `_ path: String`.
    public var swiftText: String {
        let names = label == name ? name : "\(label ?? "_") \(name)"
        return names + ": " + type.swiftText + (isVariadic ? "..." : "")
            + (defaultText.map { " = \($0)" } ?? "")
    }
}
