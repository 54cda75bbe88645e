import Cells
import VitrineEngine

/// Commands that ask what causes what: which parts matter, what they write, where an objective looks, and whether the answer
/// is to be trusted.
enum CauseCommands {
    static let all: [Command] = [
        ImportanceCommand.importance, lens, contributions, RelevanceCommands.relevance, RelevanceCommands.faithfulness,
        TrustCommand.trust,
    ]

    /// Reads one objective of one model.
    ///
    /// - Parameter what: the subject of an error: "A study of importance".
    static func objective(
        _ arguments: Arguments, _ argument: Argument<Value>, for what: String
    ) throws -> (ObjectiveValue, Model) {
        guard let objective = ObjectiveValue(arguments[argument]) else {
            throw arguments.complaint(
                about: argument,
                "\(what) takes one objective, but this is a list. `.together` combines several neurons; `+` adds objectives."
            )
        }
        return (objective, try ObjectiveValue.model(of: [objective], for: what))
    }

    /// Computes the activations that an objective compares with; none for most.
    static func references(
        for objective: ObjectiveValue, of model: Model, _ run: CellRun
    ) throws(EngineError) -> ReferenceActivations {
        try model.references(
            for: [objective.objective], photographs: objective.photographs, cancellation: run.cancellation)
    }

    /// Replaces the live sheet by the finished value; an interrupted cell has no result, so there it is shown in any case.
    static func show<Shown: CellObject & Displayable & AnyObject>(
        _ value: Shown, in live: LiveSheet, _ run: CellRun
    ) -> Shown {
        if live.isShown || run.isCancelled {
            live.finish(value.bundle)
            run.didShow(value, id: live.id)
        }
        return value
    }
}

// The head after each block.
extension CauseCommands {
    private static let model = Argument<ModelValue>("model", label: "in", summary: "the model")
    private static let candidates = Argument<[ObjectiveValue]>(
        "objectives", label: "for", .oneOf([.object(.objective), .list(.object(.objective))]), default: .array([]),
        summary:
            "what is compared in the place of the classes: directions of the embedding, texts; the classes if left out"
    ) { ObjectiveValue.list($0) }

    private static let lens = Command(
        Signature(
            "lens", [Photograph.argument, model, candidates], result: .object(.lens),
            summary: "What the model would say if it stopped after each block: the class in every patch.",
            discussion:
                "The model's last norm and head are applied to every token by itself; the norm takes the token's own mean and "
                + "deviation, as it does at the end. Middle blocks of many models, CLIP's among them, write in a basis that the "
                + "head does not read, so early pictures may mean little.\n\nSource: nostalgebraist 2020 (logit lens); Vilas et "
                + "al. 2023, arXiv:2310.18969.",
            example: "lens(photo, in: vit)")
    ) { arguments, run in
        let image = try arguments[Photograph.argument].image
        let model = arguments[model].model
        let objectives = arguments[candidates]
        if !objectives.isEmpty, try ObjectiveValue.model(of: objectives, for: "A lens") !== model {
            throw arguments.complaint(about: candidates, "These are objectives of another model than \(model.name).")
        }
        let references = try model.references(
            for: objectives.map(\.objective), photographs: objectives.flatMap(\.photographs),
            cancellation: run.cancellation)
        let live = LiveSheet(in: run.execution, title: "The head of \(model.name) after each block")
        let found = try ProgressLine.during("lens", in: run.execution) { line in
            try model.lens(
                of: image, for: objectives.map(\.objective), references: references, cancellation: run.cancellation
            ) {
                line.update(done: $0, of: $1, .things("block"))
            }
        }
        return .object(show(LensValue(found), in: live, run))
    }
}

// What each part writes.
extension CauseCommands {
    private static let objective = Argument<Value>(
        "objective", label: "to", type: .object(.objective),
        summary: "what they add to: a logit, a difference of logits, a direction of the embedding")
    private static let photo = Argument<Photograph>("photo", label: "at", summary: "the photograph")
    private static let divided = Argument<[LayerValue]>(
        "neurons", .oneOf([.object(.layer), .list(.object(.layer))]), default: .array([]),
        summary: "the MLPs that are divided into their hidden neurons"
    ) { LayerValue.read($0).map { [$0] } ?? [LayerValue].read($0) }

    private static let contributions = Command(
        Signature(
            "contributions", [objective, photo, divided], result: .object(.contributions),
            summary: "What each head, each MLP and the embedding add to a logit: they add up to it.",
            discussion:
                "Each part writes into the residual stream, and the last norm and the head are linear once the norm's mean and "
                + "deviation are those of the whole stream. The table says how far the sum is from the logit. What a part adds "
                + "directly is not all that it does: later parts read it too, which `importance` measures.\n\nSource: Elhage et "
                + "al. 2021; Gandelsman et al. 2024, arXiv:2310.05916.",
            example: "contributions(to: vit.logit(\"church\"), at: photo)")
    ) { arguments, run in
        let (objective, model) = try Self.objective(arguments, Self.objective, for: "Contributions")
        for layer in arguments[divided] where !layer.model.isSameWeights(as: model) {
            throw arguments.complaint(about: divided, "This is a layer of \(layer.model.name), not of \(model.name).")
        }
        let image = try arguments[photo].image
        return .object(
            ContributionsValue(
                try model.contributions(
                    to: objective.objective, at: image, neurons: arguments[divided].map(\.layer.address),
                    references: try references(for: objective, of: model, run), cancellation: run.cancellation)))
    }
}
