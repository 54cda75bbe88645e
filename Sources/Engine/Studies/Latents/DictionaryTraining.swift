import Compute
import Foundation
import Images
import Models
import Platform

/// The training of a dictionary: what came of it.
public struct DictionaryTraining: Sendable {
    /// The dictionary, as it was written to its file.
    public let dictionary: LatentDictionary
    /// How it was trained.
    public let record: DictionaryRecord
    /// The share of the variance that was missed at each step.
    public let losses: [Double]
    /// How many latents were dead at each step.
    public let deadCounts: [Int]
    /// The result of reading the folder.
    public let reading: FolderReading
}

/// The progress of a training.
public struct DictionaryProgress: Sendable {
    /// What is done now: “reading patches” or “step”.
    public let work: String
    /// How much of it is done.
    public let done: Int
    /// How much there is.
    public let total: Int
    /// The share of the variance that was missed at each step so far.
    public let losses: [Double]
    /// How many latents are dead.
    public let deadCount: Int
}

extension Model {
    /// Trains a sparse autoencoder on a layer's patches over the photographs of a folder, and writes it to a file.
    ///
    /// The patches are divided by one number, so that their mean squared distance from their mean is 1; the file has the
    /// dictionary of the patches as they are. The rate rises in the first twentieth of the steps and falls to 0 in the
    /// last fifth.
    ///
    /// - Parameters:
    ///   - address: the layer. Special tokens are left out; a layer without tokens has one row per photograph.
    ///   - folder: a folder of photographs, its subfolders included.
    ///   - file: a safetensors file, which is replaced; see ``LatentDictionary``.
    ///   - progress: is called at every step.
    /// - Returns: the dictionary after all steps, or after those that were taken before an interrupt.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder,
    ///   ``EngineError/fileUnwritable(path:reason:)`` for the file; ``EngineError/invalidValue(what:found:expected:)`` for
    ///   settings out of range, a folder without photographs, or patches that are all alike;
    ///   ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``; ``EngineError/cancelled`` before the first step.
    /// - Source: Gao et al. 2024, arXiv:2406.04093.
    public func trainDictionary(
        of address: String, in folder: String, _ settings: DictionarySettings, to file: String,
        cancellation: Cancellation? = nil, progress: ((DictionaryProgress) -> Void)? = nil
    ) throws(EngineError) -> DictionaryTraining {
        try settings.validate()
        try settings.checkRoom(width: layer(address).shape.features, availableBytes: host.availableBytes)
        let views = try PhotographViews(
            of: folder, for: self, takesParts: settings.crops, seed: settings.seed, cancellation: cancellation)
        let needed = (settings.steps * settings.batch + DictionarySettings.uses - 1) / DictionarySettings.uses
        var pool = try PatchPool(
            of: views, through: self, at: address, rowsPerView: settings.patches,
            capacity: max(min(DictionarySettings.pool, needed), settings.batch), uses: DictionarySettings.uses,
            seed: settings.seed, cancellation: cancellation)
        try pool.fill { done, total in
            progress?(
                DictionaryProgress(work: "reading patches", done: done, total: total, losses: [], deadCount: 0))
        }
        let scale = try RowScale(of: pool.contents, width: layerShape(address).features, place: "\(address) of \(name)")
        var random = RandomSource(seed: settings.seed)
        let start = SparseAutoencoder(
            count: settings.size, offset: scale.mean.map { Float($0 / scale.deviation) }, random: &random)
        let training = try SparseTraining(
            of: start,
            SparseTrainingSettings(
                active: settings.active, auxiliaryWeight: Float(settings.auxiliary), deadAfter: settings.deadAfter),
            team: host.team)
        let factor = Float(1 / scale.deviation)
        var (losses, deadCounts): ([Double], [Int]) = ([], [])
        do throws(EngineError) {
            for step in 0..<settings.steps {
                try cancellation?.check()
                let batch = try pool.next(settings.batch).map { $0 * factor }
                let loss = training.step(batch, rate: settings.rate(at: step))
                guard loss.total.isFinite else {
                    throw .invalidValue(
                        what: "The loss", found: "\(loss.total) after \(step) steps",
                        expected: "a finite number; take a smaller `rate` than \(settings.rate(at: step))")
                }
                losses.append(loss.unexplained)
                deadCounts.append(loss.deadCount)
                progress?(
                    DictionaryProgress(
                        work: "step", done: step + 1, total: settings.steps, losses: losses, deadCount: loss.deadCount))
            }
        } catch {
            guard case .cancelled = error, !losses.isEmpty else { throw error }
        }
        let last = losses.suffix(Self.lastSteps)
        let record = DictionaryRecord(
            .topK, model: name, weights: weightsHash, layer: address, folder: Self.lastPart(of: folder),
            photographs: pool.views.reading.photographCount, patches: pool.readCount, settings: settings.numbers,
            unexplained: last.reduce(0, +) / Double(last.count), deadCount: training.deadCount,
            wasInterrupted: losses.count < settings.steps)
        let dictionary = try LatentDictionary.write(
            training.current.scaled(by: Float(scale.deviation)), active: settings.active, record: record, to: file)
        return DictionaryTraining(
            dictionary: dictionary, record: record, losses: losses, deadCounts: deadCounts,
            reading: pool.views.reading)
    }

    /// How many steps the numbers of the record are averaged over.
    private static let lastSteps = 50

    static func lastPart(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// The mean of some rows, and the root of their mean squared distance from it.
struct RowScale {
    let mean: [Double]
    let deviation: Double

    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for rows that are all the same.
    init(of rows: [Float], width: Int, place: String) throws(EngineError) {
        let count = rows.count / width
        var statistics = RunningStatistics(features: width)
        rows.withUnsafeBufferPointer { rows in
            for row in 0..<count { statistics.add(.init(rebasing: rows[row * width..<(row + 1) * width])) }
        }
        mean = statistics.mean.map(Double.init)
        deviation = statistics.deviation.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard deviation > 0 else {
            throw .invalidValue(
                what: "The patches of \(place)", found: "all the same",
                expected: "different ones: give other photographs, or another layer")
        }
    }
}
