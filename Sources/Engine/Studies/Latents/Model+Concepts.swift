import Compute
import Foundation
import Models
import Platform
import Visualization

/// How patches are factored into concepts.
public enum ConceptMethod: String, CaseIterable, Hashable, Sendable {
    /// Non-negative factors, as in CRAFT.
    case nmf
    /// Principal components.
    case pca
}

extension Model {
    /// Factors the patches of some photographs into concepts: a dictionary of a few directions, written to a file.
    ///
    /// - Parameters:
    ///   - objective: what the photographs are chosen by, such as a class's logit: those of the folder that drive it most;
    ///     nil for all of them.
    ///   - address: a layer with patches.
    ///   - folder: a folder of photographs, its subfolders included.
    ///   - photographs: how many photographs are chosen.
    ///   - patches: how many patches are factored at most; more are thinned out evenly.
    ///   - file: a safetensors file, which is replaced.
    /// - Throws: the errors of ``topImages(in:for:count:by:cancellation:progress:)`` and
    ///   ``trainDictionary(of:in:_:to:cancellation:progress:)``; ``EngineError/cancelled``.
    /// - Source: Fel et al. 2023, arXiv:2211.10154.
    public func concepts(
        of objective: Objective?, at address: String, in folder: String, count: Int, by method: ConceptMethod,
        photographs: Int = 20, patches limit: Int = 20_000, to file: String, cancellation: Cancellation? = nil,
        progress: ((LabelProgress) -> Void)? = nil
    ) throws(EngineError) -> LatentDictionary {
        guard (1...1000).contains(count) else {
            throw .invalidValue(what: "The number of concepts", found: "\(count)", expected: "1 to 1000; 10 is usual")
        }
        guard (1...1_000_000).contains(limit) else {
            throw .invalidValue(what: "The number of patches", found: "\(limit)", expected: "1 to 1000000")
        }
        let rows = try comparedRows(of: address)
        let shape = try layerShape(address)
        let (width, elementCount) = (shape.features, shape.extents.count)
        var wanted: Set<String>?
        if let objective {
            let found = try topImages(
                in: folder, for: objective, count: photographs, cancellation: cancellation
            ) { report, _ in
                progress?(LabelProgress(work: "choosing photographs", done: report.done, total: report.total))
            }
            if found.reading.wasInterrupted { throw .cancelled }
            wanted = Set(found.entries.map(\.path))
        }
        var taken: [String: [Float]] = [:]
        let stream = try PhotographStream(of: folder, through: self, layers: [address], cancellation: cancellation)
        let reading = try stream.run(
            among: wanted, progress: { progress?(LabelProgress(work: "photographs", done: $0.done, total: $0.total)) }
        ) { photograph, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let first = place * elementCount + rows.lowerBound * width
                let output = batch[first..<first + rows.count * width]
                guard output.allSatisfy(\.isFinite) else { return false }
                taken[photograph.path] = Array(output)
                return true
            }
        }
        if reading.wasInterrupted { throw .cancelled }
        // The order of a folder's files is the file system's.
        let all = taken.keys.sorted().flatMap { taken[$0] ?? [] }
        let thinned = Self.thinned(all, width: width, to: limit)
        _ = try RowScale(of: thinned, width: width, place: "\(address) of \(name)")
        progress?(LabelProgress(work: "factoring", done: 0, total: 1))
        let found: ConceptDirections
        switch method {
        case .pca: found = try ConceptDirections(principal: thinned, width: width, count: count, on: host)
        case .nmf:
            found = try ConceptDirections(
                nonNegative: thinned, width: width, count: count, on: host, cancellation: cancellation)
        }
        let record = DictionaryRecord(
            method == .pca ? .pca : .nmf, model: name, weights: weightsHash, layer: address,
            folder: Self.lastPart(of: folder), objective: objective.map { words(of: $0) },
            photographs: reading.photographCount, patches: thinned.count / width, unexplained: found.unexplained)
        return try LatentDictionary.write(
            found.parts, active: nil, isSigned: found.isSigned, record: record, to: file)
    }

    /// Returns evenly spaced rows, at most `limit`.
    private static func thinned(_ rows: [Float], width: Int, to limit: Int) -> [Float] {
        let count = rows.count / width
        guard count > limit, limit > 0 else { return rows }
        return (0..<limit).flatMap { index in
            let row = index * count / limit
            return rows[row * width..<(row + 1) * width]
        }
    }
}
