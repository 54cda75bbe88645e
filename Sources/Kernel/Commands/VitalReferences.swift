import Jupyter
import Cells
import Foundation
import VitrineEngine

/// The reference photographs of `.vital(references: "folder")`: those of the folder that drive the objective most.
enum VitalReferences {
    /// The largest number of references, as in the paper.
    private static let count = 50

    /// Reads the folder that the recipe names.
    static func folder(
        _ recipe: Symbol, _ arguments: Arguments, about argument: some ArgumentKey
    ) throws -> String {
        let given = recipe.arguments
        guard given.count == 1, given[0].label == "references", let folder = given[0].value.string else {
            throw arguments.complaint(
                about: argument,
                "`.vital` needs photographs: `recipe: .vital(references: \"folder\")`, a folder of PNG or JPEG files."
            )
        }
        return folder
    }

    /// Finds the folder's strongest photographs for an objective.
    static func find(
        in folder: String, for objective: Objective, by model: Model, in run: CellRun
    ) throws -> (set: PhotographSet, images: [Image]) {
        let live = LiveSheet(in: run.execution, title: "Photographs of \(folder)")
        let top = try live.during {
            try model.topImages(
                in: (folder as NSString).expandingTildeInPath, for: objective, count: count,
                cancellation: run.cancellation
            ) { report, soFar in live.update(done: report.done, of: report.total, unit: "file") { soFar().sheet } }
        }
        if live.isShown {
            let words = "The recipe uses the strongest \(top.entries.count) photographs of \(folder)."
            live.finish(MIMEBundle(plain: words))
        }
        let images = try top.entries.map { try Photograph.scaled(Image(contentsOf: $0.path)).image }
        let references = zip(top.entries, images).map { PhotographReference(name: $0.path, of: $1) }
        return (PhotographSet(name: folder, photographs: references), images)
    }
}
