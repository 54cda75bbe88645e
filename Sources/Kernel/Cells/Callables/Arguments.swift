/// The values of a call, matched with the callable's parameters, converted and completed by its defaults.
public struct Arguments: Sendable {
    /// What was called.
    public let signature: Signature
    private let values: [String: Value]
    private let given: [String: Int]
    /// What arguments that are whole literals are as numbers with a fraction.
    private let fractions: [String: Double]

    init(signature: Signature, values: [String: Value], given: [String: Int], fractions: [String: Double]) {
        self.signature = signature
        self.values = values
        self.given = given
        self.fractions = fractions
    }

    /// What was given for an argument of the signature, or its default.
    public subscript<Content>(argument: Argument<Content>) -> Content {
        guard let value = values[argument.parameter.name], let content = argument.read(value) else {
            preconditionFailure("`\(signature.name)` does not declare `\(argument.parameter.name)` so")
        }
        return content
    }

    /// The value of a parameter of the user's, given or default.
    ///
    /// Nil when it has neither.
    subscript(parameter: Parameter) -> Value? { values[parameter.name] }

    /// The text that was given for a parameter, or its default.
    ///
    /// Nil for anything but text.
    public func text(of parameter: Parameter) -> String? { values[parameter.name]?.string }

    /// Whether the call wrote this argument.
    public func wasGiven(_ argument: some ArgumentKey) -> Bool { given[argument.parameter.name] != nil }

    /// Which of the written arguments went to this parameter.
    func index(of parameter: Parameter) -> Int? { given[parameter.name] }

    /// What an argument that was a whole literal is as a number with a fraction.
    func fraction(of argument: some ArgumentKey) -> Double? { fractions[argument.parameter.name] }

    /// An error about one argument, for a command to throw; the cell shows the caret under that argument.
    public func complaint(about argument: some ArgumentKey, _ message: String) -> CellError {
        var error = CellError(.wrongArgument, message)
        error.argument = given[argument.parameter.name]
        return error
    }
}
