import Checkpoints
import Compute
import Images
import Models
import Platform

/// The features of the photographs of a folder, a row for each.
public struct FolderFeatures: Sendable {
    /// How the tokens of a photograph become one row.
    public enum Pooling: String, Codable, CaseIterable, Hashable, Sendable {
        /// The CLS token.
        case cls
        /// The mean over all patches.
        case mean
    }

    /// A photograph and its similarity to another one.
    public struct Neighbor: Hashable, Sendable {
        /// The photograph's path.
        public let path: String
        /// The cosine of its features with the other photograph's.
        public let cosine: Float
    }

    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// How the tokens became one row; nil for a layer that has one row.
    public let pooling: Pooling?
    /// The photographs' paths, in the order of the rows.
    public let paths: [String]
    /// `[photographs, features]`.
    public let values: Tensor
    /// The result of reading the folder.
    public let reading: FolderReading

    /// Creates features.
    package init(
        model: String, layer: String, pooling: Pooling?, paths: [String], values: Tensor, reading: FolderReading
    ) {
        self.model = model
        self.layer = layer
        self.pooling = pooling
        self.paths = paths
        self.values = values
        self.reading = reading
    }

    /// Returns the photographs that are most similar to some features, best first.
    ///
    /// - Parameters:
    ///   - features: of one photograph, as ``Model/pooledFeatures(of:at:by:cancellation:)`` computes them.
    ///   - count: how many to return.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``.
    public func nearest(to features: [Float], count: Int) throws(EngineError) -> [Neighbor] {
        let width = values.shape[1]
        guard features.count == width else {
            throw .shapeMismatch(place: "The photograph's features", expected: [width], found: [features.count])
        }
        let cosines = NormalizedPatches(values.values, features: width)
            .cosines(with: NormalizedPatches(features, features: width).values)
        return cosines.indices.sorted { (cosines[$1], paths[$0]) < (cosines[$0], paths[$1]) }
            .prefix(count).map { Neighbor(path: paths[$0], cosine: cosines[$0]) }
    }
}

extension Model {
    /// Computes the features of every photograph of a folder, and writes them to a file as they come.
    ///
    /// - Parameters:
    ///   - folder: a folder with PNG and JPEG files, its subfolders included; files that cannot be read are counted.
    ///   - layer: the address of a layer with tokens, or of one with one row for the whole picture.
    ///   - pooling: how tokens become one row; nil for CLS if the layer has it, otherwise the mean of the patches.
    ///   - file: a NumPy file that receives the rows, in the order in which the photographs are read; nil for none.
    ///   - progress: is called every few files.
    /// - Returns: the features of all photographs, or of those that were read before an interrupt.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder,
    ///   ``EngineError/fileUnwritable(path:reason:)`` for the file, ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/noPatches(layer:model:shape:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``; ``EngineError/cancelled`` before the first one.
    public func features(
        in folder: String, at layer: String, by pooling: FolderFeatures.Pooling? = nil, to file: String? = nil,
        cancellation: Cancellation? = nil, progress: ((FolderProgress) -> Void)? = nil
    ) throws(EngineError) -> FolderFeatures {
        let rows = try pooledRows(of: layer, pooling)
        let shape = try layerShape(layer)
        let (features, count) = (shape.features, shape.extents.count)
        let stream = try PhotographStream(of: folder, through: self, layers: [layer], cancellation: cancellation)
        let written = try file.map { path throws(EngineError) in try NumPyRows(path: path, columns: features) }
        var (paths, values): ([String], [Float]) = ([], [])
        var failure: EngineError?
        let reading = try stream.run(progress: { report in
            progress?(report)
            // A full disk ends the reading as an interrupt does, with what was written.
            if failure != nil { cancellation?.request() }
        }) { photograph, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let row = Self.mean(of: rows.indices, batch, from: place * count, features: features)
                guard row.allSatisfy(\.isFinite) else { return false }
                do throws(EngineError) {
                    if failure == nil { try written?.append(row) }
                } catch {
                    failure = error
                }
                paths.append(photograph.path)
                values += row
                return true
            }
        }
        if let failure { throw failure }
        try written?.finish()
        return FolderFeatures(
            model: name, layer: layer, pooling: rows.pooling, paths: paths,
            values: Tensor(values, shape: [paths.count, features]), reading: reading)
    }

    /// Computes the features of one photograph, as ``features(in:at:by:to:cancellation:progress:)`` does.
    ///
    /// - Throws: as that does.
    public func pooledFeatures(
        of photograph: Image, at layer: String, by pooling: FolderFeatures.Pooling? = nil,
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> [Float] {
        let rows = try pooledRows(of: layer, pooling)
        let output = try activations(at: layer, of: preprocessing.tensor(of: photograph), cancellation: cancellation)
        return output.values.withUnsafeBufferPointer {
            Self.mean(of: rows.indices, $0, from: 0, features: output.shape[-1])
        }
    }

    /// Returns the rows of a layer's output whose mean is a photograph's row.
    private func pooledRows(
        of layer: String, _ pooling: FolderFeatures.Pooling?
    ) throws(EngineError) -> (indices: [Int], pooling: FolderFeatures.Pooling?) {
        let shape = try layerShape(layer)
        switch shape {
        case .vector: return ([0], nil)
        case .tokens(let layout, _):
            let cls = layout.special.firstIndex(of: "CLS")
            let chosen = pooling ?? (cls == nil ? .mean : .cls)
            guard chosen == .cls else { return (Array(layout.firstPatch..<layout.count), .mean) }
            guard let cls else {
                throw .invalidValue(
                    what: "The pooling of \(layer) of \(name)", found: "cls",
                    expected: "mean, since the layer has no CLS token")
            }
            return ([cls], .cls)
        case .heads, .windows, .pooling, .tokenMixing: throw .noPatches(layer: layer, model: name, shape: shape)
        }
    }

    private static func mean(
        of rows: [Int], _ output: UnsafeBufferPointer<Float>, from start: Int, features: Int
    ) -> [Float] {
        var sums = [Double](repeating: 0, count: features)
        for row in rows {
            for feature in 0..<features { sums[feature] += Double(output[start + row * features + feature]) }
        }
        return sums.map { Float($0 / Double(rows.count)) }
    }
}
