import Cells
import Foundation
import VitrineEngine

/// An atlas that is asked for in a cell or a shell, and the way from there to its pages.
struct AtlasOrder {
    let model: Model
    /// What the model was loaded as.
    let source: String
    /// What the names of its classes were told as; nil where its own files tell them.
    var classes: String?
    let folder: String
    var layers = ["blocks.*.mlp"]
    var neurons: Range<Int>?
    var seeds = 1
    var settings = AtlasPlan.Settings()
    var shard = AtlasShard.all
    var photographs: String?

    /// What an order is told while it is carried out.
    struct Listener {
        /// How far looking at what is there is.
        var looking: PictureProgress = { _, _ in }
        /// What it will take, before anything is rendered.
        var estimate: (AtlasEstimate) -> Void = { _ in }
        /// How far rendering is.
        var rendering: (AtlasProgress) -> Void = { _ in }
        /// What is being rendered: a layer, some of its neurons, and their pictures so far.
        var sheet: (_ layer: String, _ neurons: [Int], _ soFar: RenderProgress) -> Void = { _, _, _ in }
        /// How far the pages are.
        var pages: (AtlasPagesProgress) -> Void = { _ in }
    }

    /// What the order would take. Changes nothing.
    func estimate(_ cancellation: Cancellation, looking: PictureProgress? = nil) throws(EngineError) -> AtlasEstimate {
        try AtlasWork(
            plan(), by: model, in: folder, shard: shard, cancellation: cancellation, progress: looking
        ).estimate
    }

    /// Renders what is missing, and makes the pages where this is not one shard of many.
    func carryOut(_ cancellation: Cancellation, _ listener: Listener) throws(EngineError) -> AtlasOutcome {
        let plan = try plan()
        let atlas = try AtlasFolder(making: folder)
        try atlas.add(plan)
        let work = try AtlasWork(
            plan, by: model, in: atlas.path, shard: shard, cancellation: cancellation, progress: listener.looking)
        listener.estimate(work.estimate)
        let outcome = try AtlasRun(work, in: atlas).run(
            cancellation: cancellation, progress: listener.rendering, sheet: listener.sheet)
        if shard == .all {
            var models = [plan.key: model]
            for other in try atlas.plans() where other.key != plan.key { models[other.key] = other.load(cancellation) }
            _ = try AtlasPages(of: atlas, words: .vitrine, cancellation: cancellation).write(
                models: models, photographs: photographs, progress: listener.pages)
        }
        return outcome
    }

    /// What belongs into the atlas by this order.
    func plan() throws(EngineError) -> AtlasPlan {
        try AtlasPlan(
            of: model, layers: layers, neurons: neurons, seeds: seeds, settings: settings, source: source,
            classes: classes)
    }
}

extension AtlasPlan {
    /// The model that the plan is of; nil where it cannot be loaded, or is another one by now.
    func load(_ cancellation: Cancellation) -> Model? {
        let request = ModelRequest(
            name: source, size: inputSize, settings: modelSettings ?? ModelSettings(),
            classes: classes.flatMap { try? ClassNames.named($0) })
        guard let model = try? EngineLoader.load(request, cancellation, { _ in }) else { return nil }
        return model.weightsHash == weights && model.pictureFacts == facts ? model : nil
    }
}

extension AtlasEstimate {
    /// "1024 pictures, 12 of them there already. The rest takes about 3 min 20 s on this machine and 40 MB of disk."
    var words: String {
        let known =
            known == 0 ? "" : known == total ? ", all of them there already" : ", \(known) of them there already"
        let start = "\(total) picture\(total == 1 ? "" : "s")\(known)."
        guard missing > 0 else { return start }
        let rest = known.isEmpty ? "They take" : "The rest takes"
        let room =
            isShortOfDisk
            ? " Only \(byteCount(freeBytes ?? 0)) are free there: what fits is kept, and finished pictures are not lost."
            : ""
        return "\(start) \(rest) about \(duration(seconds)) on this machine and \(byteCount(bytes)) of disk.\(room)"
    }
}

extension AtlasOutcome {
    /// "128 pictures, 116 of them new."
    var words: String {
        let failures =
            failed.isEmpty
            ? ""
            : " \(failed.count) could not be made, their activation stopped being a number: "
                + failed.prefix(5).map { "\($0.layer) neuron \($0.neuron)" }.joined(separator: ", ")
                + (failed.count > 5 ? " …" : ".")
        return "\(total - failed.count) picture\(total == 1 ? "" : "s"), \(made) of them new.\(failures)"
    }
}

extension AtlasWords {
    /// What pages say in this program's name.
    static let vitrine = AtlasWords(
        made: "vitrine \(vitrineVersion)",
        cell: { target, plan in
            let size = plan.inputSize.map { ", size: \($0.cell)" } ?? ""
            let settings = plan.modelSettings?.arguments ?? ""
            // A folder's name is of one machine only, and the atlas is for others too.
            let isPath = plan.source.hasPrefix("/")
            let source = isPath ? (plan.source as NSString).lastPathComponent : plan.source
            let classes = plan.classes.map {
                ", classes: " + CellText.literal($0.hasPrefix("/") ? ($0 as NSString).lastPathComponent : $0)
            }
            let model = "load(\(CellText.literal(source))\(size)\(classes ?? "")\(settings))"
            // Classes by their index: a name may not be that of one class alone.
            var arguments = [target.cell(of: model, classes: [])]
            if let steps = plan.settings.steps { arguments.append("steps: \(steps)") }
            if plan.settings.seed != 0 { arguments.append("seed: \(Int64(bitPattern: plan.settings.seed))") }
            if let size = plan.settings.size { arguments.append("size: \(size)") }
            if plan.settings.recipe != RecipeName.vitrine.rawValue {
                arguments.append("recipe: .\(plan.settings.recipe)")
            }
            return "render(\(arguments.joined(separator: ", ")))"
        },
        card: { ModelCard($0).lasting })
}
