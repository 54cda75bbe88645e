import Cells
import VitrineEngine

// What a model that compares pictures with texts makes of them.
extension ModelValue {
    private static let words = Argument<String>("text", label: nil, summary: "what a picture may show")

    private static let textSignature = Signature(
        "text", [words], result: .object(.text),
        summary: "A text as the model reads it: an objective, a class, a map, a ranking of photographs.",
        discussion:
            "For CLIP and SigLIP, whole and with their vocabulary beside the weights. The objective is the cosine of the "
            + "picture's features with the text's. A text longer than the model reads is cut off at its end.",
        example: "render(clip.text(\"a red bicycle\"))")

    static let textMember = Member<ModelValue>.method(textSignature) { (model, arguments, run: CellRun) in
        .object(try model.text(arguments[words], run))
    }

    private func text(_ text: String, _ run: CellRun) throws -> TextValue {
        let tower = try model.textTower()
        let found = try ProgressLine.during("text", in: run.execution) { line in
            try tower.embeddings(of: [text], cancellation: run.cancellation) {
                line.update(done: $0, of: $1, .things("text"))
            }
        }
        let value = try TextValue(model, found[0])
        if let words = value.cutOffWords {
            run.write("“\(text.prefix(40))…” is too long: \(words).\n", toStandardError: true)
        }
        return value
    }

    /// The arguments of `classify` with which a model that reads texts chooses among some.
    enum TextArguments {
        static let names = Argument<[String]?>(
            "as", default: nil,
            summary:
                "texts to choose among, for a model that reads texts, such as CLIP; the model's classes if left out")
        static let templates = Argument<TextTemplates?>(
            "template", .optional(.oneOf([.string, .list(.string), .symbol(["plain", "simple"])])), default: .nothing,
            summary:
                "what a text becomes: `\"a photo of a {}\"`, several of these to average over, or `.simple`, the seven of "
                + "open_clip; the text itself if left out",
            reading: read)

        private static func read(_ value: Value) -> TextTemplates?? {
            if case .symbol(let symbol) = value { return .some(symbol.name == "simple" ? .simple : .plain) }
            let texts = value.string.map { [$0] } ?? [String].read(value)
            // Anything wrong with them is said by the command, where errors can be thrown.
            return .some(texts.map { TextTemplates(unchecked: $0) })
        }
    }

    /// Classifies a photograph by texts.
    func classify(_ image: Image, as names: [String], _ arguments: Arguments, _ run: CellRun) throws -> Classification {
        let templates = try arguments[TextArguments.templates].map { try TextTemplates($0.texts) } ?? .plain
        return try ProgressLine.during("texts", in: run.execution) { line in
            try Classification(
                of: image, as: names, templates: templates, by: model, cancellation: run.cancellation
            ) { line.update(done: $0, of: $1, .things("text")) }
        }
    }
}
