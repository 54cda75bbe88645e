import Cells
import VitrineEngine

/// The command `importance`.
enum ImportanceCommand {
    /// What single parts are made of.
    private enum Grain: String, ArgumentChoice {
        case part, patch
    }

    private static let parts = CausalParts.argument(
        "parts", label: "of",
        summary: "which parts: `vit.heads`, `vit.mlps`, `vit.blocks`, some neurons, a layer, or a list of them")
    private static let objective = Argument<Value>(
        "objective", label: "for", type: .object(.objective), summary: "what they may matter for: a logit, a neuron")
    private static let photo = Argument<Photograph>("photo", label: "at", summary: "the photograph")
    private static let grain = Argument<Grain>(
        "each", default: .part,
        summary: "what is replaced at a time: a part, or with `.patch` each token of a layer or block in turn")
    private static let other = Argument<Photograph?>(
        "source", label: "from", default: nil,
        summary: "another photograph, whose values take the parts' place; if left out, what `to` says does")

    static let importance = Command(
        Signature(
            "importance", [parts, objective, photo, grain, PartReplacement.argument, other],
            result: .object(.importance),
            summary: "Which parts a model needs: each in turn is taken out, or replaced from another photograph.",
            discussion:
                "The numbers are losses: how much smaller the objective is without a part. A block that is taken out passes on "
                + "its input. Parts of a layer are computed together, and only what follows them. Interrupting keeps the "
                + "numbers so far.\n\nSource: Michel et al. 2019, arXiv:1905.10650; Meng et al. 2022, arXiv:2202.05262.",
            example: "importance(of: vit.heads, for: vit.logit(\"church\"), at: photo)")
    ) { arguments, run in
        let (objective, model) = try CauseCommands.objective(arguments, Self.objective, for: "A study of importance")
        let image = try arguments[photo].image
        var chosen = try arguments[parts].of(model, arguments, about: parts)
        if arguments[grain] == .patch {
            chosen = try chosen.flatMap { try Importance.Part.tokens(of: $0.layer, in: model) }
        }
        let replacement: Importance.Replacement
        let given = arguments[PartReplacement.argument]
        try given.check(arguments)
        switch (arguments[other], given) {
        case (let photograph?, _):
            guard !arguments.wasGiven(PartReplacement.argument) else {
                throw arguments.complaint(
                    about: other, "Parts are replaced `from:` a photograph or by what `to:` says, not by both.")
            }
            let (reference, image) = try photograph.reference
            replacement = .photograph(image, name: String(reference.name.split(separator: "/").last ?? ""))
        case (nil, .value(let value)): replacement = .value(value)
        case (nil, .mean(let folder)):
            replacement = .means(try ModelChanges.means(of: chosen.map(\.layer), over: folder, in: model, run))
        }
        let references = try CauseCommands.references(for: objective, of: model, run)
        let live = LiveSheet(in: run.execution, title: "Importance for \(objective.plainText)")
        let found = try live.during {
            try model.importance(
                of: chosen, for: objective.objective, at: image, replacedBy: replacement, references: references,
                cancellation: run.cancellation
            ) { done, total, soFar in
                live.update("part \(done) of \(total)", share: Double(done) / Double(total)) {
                    soFar().pictures(of: model)
                }
            }
        }
        return .object(CauseCommands.show(ImportanceValue(found, of: model), in: live, run))
    }
}
