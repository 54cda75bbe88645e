/// One parameter of a command, method or function.
public struct Parameter: Sendable {
    /// What the caller writes in front of the colon; nil when the value stands alone (Swift's `_`).
    public var label: String?
    /// The name by which ``Arguments`` hands the value out and errors speak of it.
    public var name: String
    /// What it takes.
    public var type: ValueType
    /// The default as it is written in Swift; nil when the parameter must be given.
    public var defaultText: String?
    /// Whether it takes any number of values.
    public var isVariadic: Bool
    /// Whether the caller's variable is changed: Swift's `inout`.
    var isInOut = false
    /// One line on what it means.
    public var summary: String
    /// What completion offers inside its quotes: a tag such as "models" or "files" that the host's
    /// ``CompletionSource`` understands.
    public var completions: String?

    /// A parameter with a label.
    public init(
        _ name: String, _ type: ValueType, default defaultText: String? = nil, isVariadic: Bool = false,
        summary: String = "", completions: String? = nil
    ) {
        self.init(
            label: name, name: name, type, default: defaultText, isVariadic: isVariadic, summary: summary,
            completions: completions)
    }

    /// A parameter whose label differs from its name, or that has none.
    public init(
        label: String?, name: String, _ type: ValueType, default defaultText: String? = nil,
        isVariadic: Bool = false, summary: String = "", completions: String? = nil
    ) {
        self.label = label
        self.name = name
        self.type = type
        self.defaultText = defaultText
        self.isVariadic = isVariadic
        self.summary = summary
        self.completions = completions
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
