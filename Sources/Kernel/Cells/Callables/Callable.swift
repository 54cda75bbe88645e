/// Something that can be called: a command, a method, a function or a closure of the user's.
public protocol Callable: Sendable {
    /// Its name, parameters and documentation.
    var signature: Signature { get }

    /// Runs it. `arguments` are already matched with the signature's parameters and have their types.
    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value
}

extension Callable {
    /// Calls it with values in the order of its parameters, whatever their labels, as Swift does with a
    /// function that is passed along: `files.map(load)`.
    public func call(with values: [Value], in context: any CellContext) throws -> Value {
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

/// What a running cell is told by the host and tells it.
///
/// Commands receive the context that was given to ``Interpreter/run(_:in:)``.
public protocol CellContext: AnyObject, Sendable {
    /// Whether the cell should stop. Looked at in each statement and each turn of a loop.
    var isCancelled: Bool { get }

    /// Shows text as `print` writes it.
    func write(_ text: String, toStandardError: Bool)
}
