import Cells
import Foundation
import VitrineEngine

/// The command `trust`.
enum TrustCommand {
    private static let objective = Argument<Value>(
        "objective", label: nil, type: .object(.objective), summary: "what the picture shows: a neuron, a logit, a sum")
    private static let folder = Argument<String>(
        "folder", label: "in", summary: "a folder of photographs; hundreds are better than a dozen",
        completes: PathSource.folder)
    private static let runs = Argument<Int>("runs", default: 4, summary: "how many pictures are rendered, 2 to 64")
    private static let steps = RecipeArguments.steps
    private static let seed = Argument<Seed>("seed", default: 1, summary: "the first picture's seed")
    private static let causes = Argument<Int>(
        "causes", default: 3, summary: "how many of the parts that it needs most are taken out together")
    private static let encoder = Argument<ModelValue?>(
        "by", default: nil,
        summary:
            "the model whose embedding compares pictures and photographs, such as CLIP; the model itself if left out")

    static let trust = Command(
        Signature(
            "trust", [objective, folder, runs, steps, seed, causes, encoder], result: .object(.trust),
            summary: "Whether a picture is to be trusted: four measurements against photographs, on one page.",
            discussion:
                "(a) Does the picture go through the blocks as photographs that drive the objective do? (Geirhos et al. 2024) (b) "
                + "Do the pictures tell strong from weak photographs? (machine interpretability score, Zimmermann et al. 2024; "
                + "there DreamSim compares pictures, here an embedding, which is named) (c) Do pictures of several seeds agree? "
                + "(d) What is left when the heads and MLPs are taken out that the photographs need most? Interrupting keeps "
                + "what was measured.",
            example: "trust(vit.blocks[8].mlp.neuron(42), in: \"photographs\")")
    ) { arguments, run in
        let (objective, model) = try CauseCommands.objective(arguments, Self.objective, for: "A trust report")
        let settings = Trust.Settings(
            runs: arguments[runs], steps: arguments[steps], seed: arguments[seed].number, causes: arguments[causes])
        let references = try CauseCommands.references(for: objective, of: model, run)
        let live = LiveSheet(in: run.execution, title: "Trust in \(objective.plainText)")
        let found = try live.during {
            try model.trust(
                objective.objective, in: (arguments[folder] as NSString).expandingTildeInPath, settings,
                encoder: arguments[encoder]?.model, references: references, cancellation: run.cancellation
            ) { words, share in live.update(words, share: share) { [] } }
        }
        return .object(CauseCommands.show(try TrustValue(found), in: live, run))
    }
}
