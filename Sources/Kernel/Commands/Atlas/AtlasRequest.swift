import Cells
import Foundation
import VitrineEngine

/// A request for an atlas from a cell or a shell.
struct AtlasRequest {
    let model: Model
    /// The name or path that the model was loaded with.
    let source: String
    /// The argument `classes` of `load`; nil if the class names are from the model's own files.
    var classes: String?
    let folder: String
    var layers = ["blocks.*.mlp"]
    var neurons: Range<Int>?
    var seeds = 1
    var settings = AtlasPlan.Settings()
    var shard = AtlasShard.all
    var photographs: String?
    /// What is measured of whether the pictures are to be trusted, where there are photographs.
    var trust = AtlasTrust.brief
    /// Words for neurons, which the pages show.
    var labels: [NeuronLabels] = []
    /// The cells of an activation atlas of the only layer; nil for its neurons.
    var cells: ActivationCells?

    /// The callbacks of a run.
    struct Listener {
        /// Called with the progress of checking the existing pictures.
        var checking: PictureProgress = { _, _ in }
        /// Called with the estimate, before anything is rendered.
        var estimate: (AtlasEstimate) -> Void = { _ in }
        /// Called with the progress of rendering.
        var rendering: (AtlasProgress) -> Void = { _ in }
        /// Called with the sheet that is being rendered: a layer, some of its neurons, and their pictures so far.
        var sheet: (_ layer: String, _ neurons: [Int], _ soFar: RenderProgress) -> Void = { _, _, _ in }
        /// Called with what is being measured of trust, and how many of how many are done.
        var measuring: (_ words: String, _ done: Int, _ total: Int) -> Void = { _, _, _ in }
        /// Called with the progress of the pages.
        var pages: (AtlasPagesProgress) -> Void = { _ in }
    }

    /// Estimates the number of pictures, the time and the disk space. Changes nothing.
    func estimate(_ cancellation: Cancellation, checking: PictureProgress? = nil) throws(EngineError) -> AtlasEstimate {
        try AtlasWork(
            plan(), by: model, in: folder, shard: shard, cancellation: cancellation, progress: checking
        ).estimate
    }

    /// Renders the missing pictures, and writes the pages unless this is one shard of several.
    func run(_ cancellation: Cancellation, _ listener: Listener) throws(EngineError) -> AtlasOutcome {
        let plan = try plan()
        let atlas = try AtlasFolder(making: folder)
        let all = try atlas.add(plan)
        for found in labels { try atlas.note(labels: found.words, of: plan, layer: found.layer) }
        let work = try AtlasWork(
            plan, by: model, in: atlas.path, shard: shard, cancellation: cancellation, progress: listener.checking)
        listener.estimate(work.estimate)
        let outcome = try AtlasRun(work, in: atlas).run(
            cancellation: cancellation, progress: listener.rendering, sheet: listener.sheet)
        try measureTrust(plan, among: all, in: atlas, cancellation, listener)
        if shard == .all {
            var models = [plan.key: model]
            for other in try atlas.plans() where other.key != plan.key { models[other.key] = other.load(cancellation) }
            _ = try AtlasPages(of: atlas, words: .vitrine, cancellation: cancellation).write(
                models: models, photographs: photographs, progress: listener.pages)
        }
        return outcome
    }

    /// Measures whether the pictures are to be trusted, where there are photographs.
    private func measureTrust(
        _ plan: AtlasPlan, among all: AtlasPlan, in atlas: AtlasFolder, _ cancellation: Cancellation,
        _ listener: Listener
    ) throws(EngineError) {
        guard trust != .none, cells == nil, let photographs = photographs ?? atlas.trustPhotographs(of: plan) else {
            return
        }
        // A neuron's pictures are those of all requests.
        var measured = plan
        (measured.seeds, measured.opposites) = (all.seeds, all.opposites)
        try AtlasTrustRun(
            measured, by: model, in: atlas, photographs: photographs, shard: shard, cancellation: cancellation
        ).run(progress: listener.measuring)
    }

    /// Plans the pictures that this request adds to the atlas.
    func plan() throws(EngineError) -> AtlasPlan {
        if let cells {
            return try AtlasPlan(
                of: model, cells: cells, at: layers[0], settings: settings, source: source, classes: classes)
        }
        return try AtlasPlan(
            of: model, layers: layers, neurons: neurons, seeds: seeds, withOpposites: trust == .full,
            settings: settings, source: source, classes: classes)
    }
}

extension AtlasPlan {
    /// Loads the plan's model; returns nil if it cannot be loaded or has changed since.
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
            : " \(failed.count) could not be made because their activation stopped being a number: "
                + failed.prefix(5).map { "\($0.layer) neuron \($0.neuron)" }.joined(separator: ", ")
                + (failed.count > 5 ? " …" : ".")
        return "\(total - failed.count) picture\(total == 1 ? "" : "s"), \(made) of them new.\(failures)"
    }
}

extension AtlasWords {
    /// The words with which pages refer to this program.
    static let vitrine = AtlasWords(
        made: "vitrine \(vitrineVersion)",
        cell: { target, plan in
            let size = plan.inputSize.map { ", size: \($0.cell)" } ?? ""
            let settings = plan.modelSettings?.arguments ?? ""
            // A path is valid on one machine only, and the atlas is read on others too.
            let isPath = plan.source.hasPrefix("/")
            let source = isPath ? (plan.source as NSString).lastPathComponent : plan.source
            let classes = plan.classes.map {
                ", classes: " + CellText.literal($0.hasPrefix("/") ? ($0 as NSString).lastPathComponent : $0)
            }
            let model = "load(\(CellText.literal(source))\(size)\(classes ?? "")\(settings))"
            // Classes by their index, since several classes may have one name.
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
