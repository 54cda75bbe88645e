/// What declares an argument: the typed key of a command's, or a parameter of a function of the user's.
public protocol ArgumentKey: Sendable {
    /// How it is written, checked and documented.
    var parameter: Parameter { get }
}

extension Parameter: ArgumentKey {
    /// Itself.
    public var parameter: Parameter { self }
}

/// The key of a command's argument, which declares, completes, checks and reads it.
///
/// A signature is made of keys, and the command's body reads `arguments[Self.samples]`, which has the key's type.
public struct Argument<Content: Sendable>: ArgumentKey {
    /// How it is written, checked and documented.
    public let parameter: Parameter
    private let reading: @Sendable (Value) -> Content?

    /// An argument that takes values of a type, or of several, and makes something of them.
    ///
    /// - Parameters:
    ///   - name: by which errors and the documentation speak of it.
    ///   - usual: its value where a call leaves it out; nil where a call must not.
    ///   - completes: what fits between its quotes.
    ///   - reading: makes something of a value that has the type. Nil for one that has not.
    public init(
        _ name: String, label: ArgumentLabel = .name, _ type: ValueType, default usual: Value? = nil,
        summary: String = "", completes: (any CompletionSource)? = nil,
        reading: @escaping @Sendable (Value) -> Content?
    ) {
        parameter = Parameter(
            label: label.text(for: name), name: name, type, default: usual, summary: summary, completes: completes)
        self.reading = reading
        precondition(
            usual.map { type.converted($0).flatMap(reading) != nil } ?? true,
            "the default of `\(name)` is not of its type")
    }

    private init(_ parameter: Parameter, reading: @escaping @Sendable (Value) -> Content?) {
        self.parameter = parameter
        self.reading = reading
    }

    /// What the argument's value stands for.
    ///
    /// Nil for a value that does not have the argument's type.
    func read(_ value: Value) -> Content? { reading(value) }
}

extension Argument where Content: ArgumentValue {
    /// An argument that must be given.
    public init(
        _ name: String, label: ArgumentLabel = .name, type: ValueType = Content.argumentType, summary: String = "",
        completes: (any CompletionSource)? = nil
    ) {
        self.init(name, label: label, type, summary: summary, completes: completes, reading: Content.read)
    }

    /// An argument that may be left out.
    public init(
        _ name: String, label: ArgumentLabel = .name, type: ValueType = Content.argumentType,
        default usual: Content, summary: String = "", completes: (any CompletionSource)? = nil
    ) {
        self.init(
            name, label: label, type, default: usual.cellValue, summary: summary, completes: completes,
            reading: Content.read)
    }

    /// An argument that takes any number of values.
    public static func variadic<Element: ArgumentValue>(
        _ name: String, label: ArgumentLabel = .name, summary: String = ""
    ) -> Self where Content == [Element] {
        Self(
            Parameter(
                label: label.text(for: name), name: name, Element.argumentType, default: Value?.none, isVariadic: true,
                summary: summary),
            reading: Content.read)
    }
}

extension Argument where Content == any Callable {
    /// A function or closure that must be given.
    public init(_ name: String, label: ArgumentLabel = .name, summary: String = "") {
        self.init(name, label: label, .function, summary: summary, reading: \.function)
    }
}

extension Argument where Content == (any Callable)? {
    /// A function or closure, or nil, which it is where a call leaves it out.
    public init(_ name: String, label: ArgumentLabel = .name, summary: String = "") {
        self.init(name, label: label, .optional(.function), default: .nothing, summary: summary) {
            .some($0.function)
        }
    }
}

/// What a caller writes in front of an argument's colon.
public struct ArgumentLabel: Sendable, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    private enum Form: Sendable {
        case name
        case none
        case text(String)
    }

    private let form: Form

    /// The argument's own name.
    public static let name = ArgumentLabel(form: .name)

    /// Nothing: the value stands alone, Swift's `_ path: String`.
    public static let unlabeled = ArgumentLabel(form: .none)

    private init(form: Form) { self.form = form }

    /// Another word than its name: Swift's `in folder: String`.
    public init(stringLiteral text: String) { form = .text(text) }

    /// The same as ``unlabeled``.
    public init(nilLiteral: ()) { form = .none }

    fileprivate func text(for name: String) -> String? {
        switch form {
        case .name: name
        case .none: nil
        case .text(let text): text
        }
    }
}
