import Compute
import Models
import Platform
import Visualization

extension Model {
    /// Finds the photographs of a folder that drive an objective most, each with the patch that drives it most.
    ///
    /// Subfolders are included. The memory that this takes does not depend on how many photographs there are.
    ///
    /// - Parameters:
    ///   - folder: a folder with PNG and JPEG files; files that cannot be read are counted.
    ///   - objective: an objective whose targets lie in this model; larger is stronger.
    ///   - count: how many photographs to keep, 1 to 1000.
    ///   - ranking: the number by which they are compared.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called every few files with the progress, and can ask for the best so far.
    /// - Returns: the best of all photographs, or of those that were evaluated before an interrupt.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for one without photographs, or a count out of range;
    ///   ``EngineError/invalidObjective(reason:)``, also for a ranking by patches if the objective has none;
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``; ``EngineError/cancelled`` when interrupted before
    ///   the first photograph.
    public func topImages(
        in folder: String, for objective: Objective, count: Int = 12, by ranking: ImageRanking = .objective,
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: ((FolderProgress, _ soFar: () -> TopImages) -> Void)? = nil
    ) throws(EngineError) -> TopImages {
        guard (1...1000).contains(count) else {
            throw .invalidValue(what: "The number of photographs to keep", found: "\(count)", expected: "1 to 1000")
        }
        let shape = { (address: String) throws(EngineError) in try self.layerShape(address) }
        var layers = WantedLayers()
        let evaluation = try ObjectiveEvaluation(
            objective, model: name, references: references, layers: &layers, shape: shape)
        let patches = try PatchScores(of: objective, layers: &layers, shape: shape)
        let label = words(of: objective)
        guard ranking == .objective || patches != nil else {
            throw .invalidObjective(
                reason: "“\(label)” has no patches to rank photographs by. Rank by the objective itself.")
        }
        let stream = try PhotographStream(
            of: folder, through: self, layers: layers.addresses, cancellation: cancellation)
        var best = TopK<TopImages.Entry>(count: count)
        func result(_ reading: FolderReading) -> TopImages {
            TopImages(model: name, label: label, ranking: ranking, entries: best.elements, reading: reading)
        }
        let reading = try stream.run(progress: { report in progress?(report) { result(report.reading) } }) {
            photograph, executor, place in
            let score = evaluation.evaluate(on: executor, picture: place, seedsGradient: false)
            let strongest = patches?.strongest(on: executor, picture: place)
            guard score.isFinite, strongest?.value.isFinite ?? true else { return false }
            let value = ranking == .strongestPatch ? strongest?.value ?? score : score
            best.offer(
                value, path: photograph.path,
                TopImages.Entry(
                    path: photograph.path, score: score, patch: strongest?.patch, patchValue: strongest?.value,
                    seen: photograph.seen, grid: patches?.layout))
            return true
        }
        return result(reading)
    }
}
