import Cells
import Jupyter
import VitrineEngine

/// A text as a model reads it: `clip.text("a red bicycle")`. As an objective it is the picture's likeness to it.
final class TextValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.text) }

    /// The model.
    let model: Model
    /// The text's features.
    let embedding: TextTower.Embedding
    /// The objective.
    let objective: Objective

    init(_ model: Model, _ embedding: TextTower.Embedding) throws {
        self.model = model
        self.embedding = embedding
        objective = try model.objective(of: embedding)
    }

    var kind: ValueKind { .text }
    var kinds: [ValueKind] { [.text, .objective] }
    var plainText: String {
        let tokens = embedding.tokens.count
        return "“\(embedding.text)” for \(model.name): \(embedding.vector.count) features of \(tokens) tokens"
            + (cutOffWords.map { "; \($0)" } ?? "")
    }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }

    /// What was left out of a text that is too long, in words; nil if nothing was.
    var cutOffWords: String? {
        let dropped = embedding.droppedCount
        guard dropped > 0 else { return nil }
        return "its last \(dropped) \(dropped == 1 ? "token was" : "tokens were") left out, since \(model.name) reads "
            + "\(embedding.tokens.count) at most"
    }

    private static let photo = Argument<Photograph>("photo", label: "to", summary: "a photograph or a picture")

    private static let similarity = Signature(
        "similarity", [photo],
        result: .number, summary: "The cosine of the text's features with a photograph's, −1 to 1.",
        example: "clip.text(\"a red bicycle\").similarity(to: photo)")

    static let memberTable = MemberTable<TextValue>(
        [
            .property("text", .string, "the text") { .string($0.embedding.text) },
            .property("embedding", .object(.tensor), "its features, as the model's framework returns them") { text in
                .object(
                    TensorValue(
                        Tensor(text.embedding.vector, shape: [text.embedding.vector.count]),
                        title: "“\(text.embedding.text)” for \(text.model.name)",
                        shapeWords: "\(text.embedding.vector.count) features"))
            },
            .property("tokens", .list(.integer), "the tokens that were read") {
                .array($0.embedding.tokens.map { .integer($0) })
            },
            .property("droppedTokens", .integer, "how many tokens of a text that is too long were left out") {
                .integer($0.embedding.droppedCount)
            },
            .method(similarity) { text, arguments in
                .number(shortest(try text.cosine(with: arguments[photo].image)))
            },
        ] + ObjectiveValue.memberTable.members.map { $0.of { ObjectiveValue($0.objective, models: [$0.model]) } })

    private func cosine(with photo: Image) throws -> Float {
        let features = try model.embedding(of: model.preprocessing.tensor(of: photo))
        let product = zip(embedding.direction, features.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return features.norm > 0 ? Float(product / features.norm) : 0
    }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        try ObjectiveValue(objective, models: [model]).binary(operation, other, isLeft: isLeft)
    }

    func unary(_ operation: String) throws -> Value? {
        try ObjectiveValue(objective, models: [model]).unary(operation)
    }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? TextValue else { return false }
        return other.model === model && other.embedding == embedding
    }
}
