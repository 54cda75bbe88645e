/// Something that can be called: a command, a method, a user-defined function or closure.
package protocol Callable: Sendable {
    /// Its name, parameters and documentation.
    var signature: Signature { get }

    /// Runs it with arguments that are already bound to the signature's parameters and converted to their types.
    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value
}

extension Callable {
    /// Calls it with values in the order of its parameters, ignoring labels, as Swift does with a function that is
    /// passed as an argument: `files.map(load)`.
    package func call(with values: [Value], in context: any CellContext) throws -> Value {
        try call(Arguments(binding: positional(values), to: signature), in: context)
    }

    private func positional(_ values: [Value]) -> [WrittenArgument] {
        let parameters = signature.parameters
        return values.enumerated().map { index, value in
            let last = parameters.last.flatMap { $0.isVariadic ? $0.label : nil }
            return WrittenArgument(label: index < parameters.count ? parameters[index].label : last, value)
        }
    }
}

/// The connection between a running cell and its host.
///
/// Commands receive the context that was passed to ``Interpreter/run(_:in:)``.
package protocol CellContext: AnyObject, Sendable {
    /// Whether the cell should stop. Checked before each statement and each iteration of a loop.
    var isCancelled: Bool { get }

    /// Writes text, as `print` does.
    func write(_ text: String, toStandardError: Bool)
}
