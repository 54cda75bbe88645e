/// The declaration of an argument: the typed key of a command's argument, or a parameter of a user-defined function.
package protocol ArgumentKey: Sendable {
    /// The name, label, type and documentation of the argument.
    var parameter: Parameter { get }
}

extension Parameter: ArgumentKey {
    /// The parameter itself.
    package var parameter: Parameter { self }
}

/// The key of a command's argument, which declares, completes, checks and reads it.
///
/// A signature consists of keys, and the body of the command reads `arguments[Self.samples]`, which has the key's type.
package struct Argument<Content: Sendable>: ArgumentKey {
    /// The name, label, type and documentation of the argument.
    package let parameter: Parameter
    private let reading: @Sendable (Value) -> Content?

    /// Creates an argument that takes values of a type and converts them.
    ///
    /// - Parameters:
    ///   - name: the name in errors and in the documentation.
    ///   - defaultValue: the default value; nil if a call must give one.
    ///   - completes: the source of the texts that fit between its quotes.
    ///   - reading: converts a value of the type; returns nil for any other.
    package init(
        _ name: String, label: ArgumentLabel = .name, _ type: ValueType, default defaultValue: Value? = nil,
        summary: String = "", completes: (any CompletionSource)? = nil,
        reading: @escaping @Sendable (Value) -> Content?
    ) {
        self.init(
            Parameter(
                label: label.text(for: name), name: name, type, default: defaultValue, summary: summary,
                completes: completes), reading: reading)
        precondition(
            defaultValue.map { type.converted($0).flatMap(reading) != nil } ?? true,
            "the default of `\(name)` is not of its type")
    }

    private init(_ parameter: Parameter, reading: @escaping @Sendable (Value) -> Content?) {
        var readable = parameter
        readable.isReadable = { reading(parameter.isVariadic ? .array([$0]) : $0) != nil }
        self.parameter = readable
        self.reading = reading
    }

    /// Converts the argument's value.
    ///
    /// Returns nil for a value that does not have the argument's type.
    func read(_ value: Value) -> Content? { reading(value) }
}

extension Argument where Content: ArgumentValue {
    /// Creates an argument that must be given.
    package init(
        _ name: String, label: ArgumentLabel = .name, type: ValueType = Content.argumentType, summary: String = "",
        completes: (any CompletionSource)? = nil
    ) {
        self.init(name, label: label, type, summary: summary, completes: completes, reading: Content.read)
    }

    /// Creates an argument with a default.
    package init(
        _ name: String, label: ArgumentLabel = .name, type: ValueType = Content.argumentType,
        default defaultValue: Content, summary: String = "", completes: (any CompletionSource)? = nil
    ) {
        self.init(
            name, label: label, type, default: defaultValue.cellValue, summary: summary, completes: completes,
            reading: Content.read)
    }

    /// Returns an argument that takes any number of values.
    static func variadic<Element: ArgumentValue>(
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
    /// Creates an argument that must be a function or closure.
    package init(_ name: String, label: ArgumentLabel = .name, summary: String = "") {
        self.init(name, label: label, .function, summary: summary, reading: \.function)
    }
}

extension Argument where Content == (any Callable)? {
    /// Creates an argument that is a function, a closure or nil, which is the default.
    package init(_ name: String, label: ArgumentLabel = .name, summary: String = "") {
        self.init(name, label: label, .optional(.function), default: .nothing, summary: summary) {
            .some($0.function)
        }
    }
}

/// The label that a caller writes in front of an argument's colon.
package struct ArgumentLabel: Sendable, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    private enum Form: Sendable {
        case name
        case none
        case text(String)
    }

    private let form: Form

    /// The argument's own name.
    package static let name = ArgumentLabel(form: .name)

    /// No label, Swift's `_ path: String`.
    package static let unlabeled = ArgumentLabel(form: .none)

    private init(form: Form) { self.form = form }

    /// Creates a label that differs from the argument's name, Swift's `in folder: String`.
    package init(stringLiteral text: String) { form = .text(text) }

    /// Creates the same as ``unlabeled``.
    package init(nilLiteral: ()) { form = .none }

    fileprivate func text(for name: String) -> String? {
        switch form {
        case .name: name
        case .none: nil
        case .text(let text): text
        }
    }
}
