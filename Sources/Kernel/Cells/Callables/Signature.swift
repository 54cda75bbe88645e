/// A command's declaration: everything that dispatch, checking, completion, inspection, `help` and the
/// documentation say about it.
public struct Signature: Sendable {
    /// The name that is called.
    public var name: String
    /// The parameters, in order.
    public var parameters: [Parameter]
    /// What a call gives.
    public var result: ValueType
    /// One line on what it does.
    public var summary: String
    /// More on what it does, in Markdown.
    public var discussion: String
    /// A line or more of Swift that shows its use.
    public var example: String
    /// Whether a call is quick and changes nothing, so that completion may make it to see what it gives.
    ///
    /// `vit.blocks[5].mlp.neuron(42).`
    public var isPure: Bool

    /// Whether its parameters take numbers exactly as Swift does, so that a whole number is none.
    var isStrict = false

    /// Whether its arguments have one type, as those of `max` do.
    var unifiesNumbers = false

    /// A declaration.
    public init(
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

    /// The same declaration, whose parameters take numbers exactly as Swift does.
    var strict: Signature {
        var result = self
        result.isStrict = true
        return result
    }

    /// The same declaration, whose arguments have one type.
    var unifying: Signature {
        var result = self
        result.unifiesNumbers = true
        return result
    }

    /// The parameters that a call's arguments go to, as far as the arguments' labels and order tell.
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

    /// The types of those parameters.
    func types(of written: [Expression.Labeled]) -> [ValueType?] { parameters(of: written).map { $0?.type } }

    /// The declaration in Swift: `render(_ objective: Objective, steps: Int = 256) -> Picture`.
    public var swiftText: String {
        let call = name + "(" + parameters.map(\.swiftText).joined(separator: ", ") + ")"
        if case .void = result { return call }
        return "\(call) -> \(result.swiftText)"
    }

    /// Swift's short form: `render(_:steps:)`.
    public var shortName: String {
        name + "(" + parameters.map { "\($0.label ?? "_"):" }.joined() + ")"
    }
}
