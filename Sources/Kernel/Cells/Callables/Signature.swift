/// A command's declaration: everything that dispatch, checking, completion, inspection, `help` and the
/// documentation say about it.
public struct Signature: Sendable {
    /// The name that is called.
    public var name: String
    /// The parameters, in order.
    public var parameters: [Parameter]
    /// What a call gives, in words with an article: "a picture".
    ///
    /// Empty for nothing.
    public var result: String
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

    /// A declaration.
    public init(
        _ name: String, _ parameters: [Parameter] = [], result: String = "", summary: String = "",
        discussion: String = "", example: String = "", isPure: Bool = false
    ) {
        self.name = name
        self.parameters = parameters
        self.result = result
        self.summary = summary
        self.discussion = discussion
        self.example = example
        self.isPure = isPure
    }

    /// The declaration in Swift: `render(_ objective: Objective, steps: Int = 256) -> Picture`.
    public var swiftText: String {
        let type = swiftTypeName(result)
        return name + "(" + parameters.map(\.swiftText).joined(separator: ", ") + ")"
            + (type == "Void" ? "" : " -> \(type)")
    }

    /// Swift's short form: `render(_:steps:)`.
    public var shortName: String {
        name + "(" + parameters.map { "\($0.label ?? "_"):" }.joined() + ")"
    }
}
