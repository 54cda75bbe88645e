/// The declaration of a command, method or function, used for binding, checking, completion, inspection, `help` and the
/// documentation.
package struct Signature: Sendable {
    /// The name by which it is called.
    package var name: String
    /// The parameters, in order.
    package var parameters: [Parameter]
    /// The type that a call returns.
    package var result: ValueType
    /// One line on what it does.
    package var summary: String
    /// More on what it does, in Markdown.
    package var discussion: String
    /// A line or more of Swift that shows its use.
    package var example: String
    /// Whether a call is quick and changes nothing, so that completion may make it to learn the result.
    ///
    /// For example, to complete `vit.blocks[5].mlp.neuron(42).`
    package var isPure: Bool

    /// Whether its parameters take numbers exactly as Swift does, so that a whole number is refused for a `Double`.
    var isStrict = false

    /// Whether all of its arguments have the same type, as those of `max` do.
    var unifiesNumbers = false

    /// Creates a declaration.
    package init(
        _ name: String, _ arguments: [any ArgumentKey] = [], result: ValueType = .void, summary: String = "",
        discussion: String = "", example: String = "", isPure: Bool = false
    ) {
        self.name = name
        parameters = arguments.map(\.parameter)
        self.result = result
        self.summary = summary
        self.discussion = discussion
        self.example = example
        self.isPure = isPure
    }

    /// The same declaration with parameters that take numbers exactly as Swift does.
    var strict: Signature {
        var result = self
        result.isStrict = true
        return result
    }

    /// The same declaration with arguments that all have the same type.
    var unifying: Signature {
        var result = self
        result.unifiesNumbers = true
        return result
    }

    /// Returns the parameter for each written argument, as far as labels and order determine it.
    func parameters(of written: [Expression.Labeled]) -> [Parameter?] {
        var unlabeled = parameters.filter { $0.label == nil }[...]
        return written.map { item in
            if let label = item.label { return parameters.first { $0.label == label } }
            if item.isTrailingClosure { return parameters.first { $0.type.takesFunction } }
            guard let parameter = unlabeled.first else { return nil }
            if !parameter.isVariadic { unlabeled.removeFirst() }
            return parameter
        }
    }

    /// Returns the types of those parameters.
    func types(of written: [Expression.Labeled]) -> [ValueType?] { parameters(of: written).map { $0?.type } }

    /// The declaration in Swift: `render(_ objective: Objective, steps: Int = 256) -> Picture`.
    package var swiftText: String {
        let call = name + "(" + parameters.map(\.swiftText).joined(separator: ", ") + ")"
        if case .void = result { return call }
        return "\(call) -> \(result.swiftText)"
    }

    /// Swift's short form: `render(_:steps:)`.
    package var shortName: String {
        name + "(" + parameters.map { "\($0.label ?? "_"):" }.joined() + ")"
    }
}
