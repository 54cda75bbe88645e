/// The values of a call, matched with the callable's parameters, converted and completed by its defaults.
///
/// A default that is a literal (`256`, `0.05`, `true`, `"text"`, `.cosine`, `nil`) is handed out like a value
/// that was given. Any other default text ("the model's own size") leaves the parameter absent.
public struct Arguments: Sendable {
    /// What was called.
    public let signature: Signature
    private let values: [String: Value]
    private let given: [String: Int]
    /// What arguments that are whole literals are as numbers with a fraction.
    let fractions: [String: Double]

    init(signature: Signature, values: [String: Value], given: [String: Int], fractions: [String: Double]) {
        self.signature = signature
        self.values = values
        self.given = given
        self.fractions = fractions
    }

    /// The parameter's value, given or default.
    ///
    /// Nil when it has neither.
    public subscript(name: String) -> Value? { values[name] }

    /// Whether the call wrote this parameter.
    public func wasGiven(_ name: String) -> Bool { given[name] != nil }

    /// Which of the written arguments went to this parameter.
    func index(of name: String) -> Int? { given[name] }

    /// Any value.
    public func value(_ name: String) throws -> Value { try required(name, values[name]) }
    /// A truth value.
    public func boolean(_ name: String) throws -> Bool { try required(name, optionalBoolean(name)) }
    /// A whole number.
    public func integer(_ name: String) throws -> Int { try required(name, optionalInteger(name)) }
    /// A number.
    public func number(_ name: String) throws -> Double { try required(name, optionalNumber(name)) }
    /// Text.
    public func string(_ name: String) throws -> String { try required(name, optionalString(name)) }
    /// A list.
    ///
    /// A variadic parameter is one.
    public func list(_ name: String) throws -> [Value] { try required(name, optionalList(name)) }
    /// A range.
    public func range(_ name: String) throws -> Range<Int> { try required(name, values[name]?.range) }
    /// A function.
    public func function(_ name: String) throws -> any Callable { try required(name, optionalFunction(name)) }
    /// A choice's name, without its dot.
    public func choice(_ name: String) throws -> String { try required(name, optionalSymbol(name)?.name) }
    /// A host's value.
    public func object(_ name: String) throws -> any CellObject { try required(name, optionalObject(name)) }
    /// A host's value of this Swift type.
    public func object<Object>(_ name: String, as type: Object.Type) throws -> Object {
        try required(name, optionalObject(name, as: type))
    }

    /// A truth value, or nil where it is absent or `nil`.
    public func optionalBoolean(_ name: String) -> Bool? { values[name]?.boolean }
    /// A whole number, or nil where it is absent or `nil`.
    public func optionalInteger(_ name: String) -> Int? { values[name]?.integer }
    /// A number, or nil where it is absent or `nil`.
    public func optionalNumber(_ name: String) -> Double? { values[name]?.number }
    /// Text, or nil where it is absent or `nil`.
    public func optionalString(_ name: String) -> String? { values[name]?.string }
    /// A list, or nil where it is absent or `nil`.
    public func optionalList(_ name: String) -> [Value]? { values[name]?.array }
    /// A range, or nil where it is absent or `nil`.
    public func optionalRange(_ name: String) -> Range<Int>? { values[name]?.range }
    /// A function, or nil where it is absent or `nil`.
    public func optionalFunction(_ name: String) -> (any Callable)? { values[name]?.function }
    /// A choice with its arguments, or nil where it is absent or `nil`.
    public func optionalSymbol(_ name: String) -> Symbol? {
        if case .symbol(let symbol) = values[name] { symbol } else { nil }
    }
    /// A host's value, or nil where it is absent or `nil`.
    public func optionalObject(_ name: String) -> (any CellObject)? { values[name]?.object }
    /// A host's value, or nil where it is absent, `nil` or of another Swift type.
    public func optionalObject<Object>(_ name: String, as type: Object.Type) -> Object? {
        values[name]?.object as? Object
    }

    /// An error about one argument, for a command to throw; the cell shows the caret under that argument.
    public func complaint(about name: String, _ message: String) -> CellError {
        var error = CellError(.wrongArgument, message)
        error.argument = given[name]
        return error
    }

    private func required<Result>(_ name: String, _ value: Result?) throws -> Result {
        guard let value else {
            let type = signature.parameters.first { $0.name == name }?.type ?? .any
            throw complaint(about: name, "`\(name)` of `\(signature.name)` must be \(type.words).")
        }
        return value
    }
}
