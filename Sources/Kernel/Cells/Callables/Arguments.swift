/// The arguments of a call, bound to the callable's parameters, converted, and completed with its defaults.
package struct Arguments: Sendable {
    /// The signature of the callable.
    package let signature: Signature
    private let values: [String: Value]
    private let given: [String: Int]
    /// The arguments that were whole literals, as numbers with a fraction.
    private let fractions: [String: Double]

    init(signature: Signature, values: [String: Value], given: [String: Int], fractions: [String: Double]) {
        self.signature = signature
        self.values = values
        self.given = given
        self.fractions = fractions
    }

    /// The value of an argument of the signature, given or default.
    package subscript<Content>(argument: Argument<Content>) -> Content {
        guard let value = values[argument.parameter.name], let content = argument.read(value) else {
            preconditionFailure("`\(signature.name)` does not declare `\(argument.parameter.name)` so")
        }
        return content
    }

    /// The value of a parameter of a user-defined function, given or default.
    ///
    /// Nil if it has neither.
    subscript(parameter: Parameter) -> Value? { values[parameter.name] }

    /// Returns the text that was given for a parameter, or its default.
    ///
    /// Returns nil for anything but text.
    package func text(of parameter: Parameter) -> String? { values[parameter.name]?.string }

    /// Returns whether the call gave this argument.
    package func wasGiven(_ argument: some ArgumentKey) -> Bool { given[argument.parameter.name] != nil }

    /// Returns the index of the written argument that was bound to a parameter.
    func index(of parameter: Parameter) -> Int? { given[parameter.name] }

    /// Returns the value of a whole literal as a number with a fraction; nil if the argument was not such a literal.
    func fraction(of argument: some ArgumentKey) -> Double? { fractions[argument.parameter.name] }

    /// Returns an error about one argument, for a command to throw; the cell shows the caret under that argument.
    package func complaint(about argument: some ArgumentKey, _ message: String) -> CellError {
        var error = CellError(.wrongArgument, message)
        error.argument = given[argument.parameter.name]
        return error
    }
}
