import Compute
import Images
import Models
import Platform
import Visualization

/// The activations of many photographs' patches, averaged over the cells of a map on which similar ones are near each
/// other: the plan of an activation atlas.
///
/// The map is the plane of the first two principal components. Which patches are taken does not depend on the order in
/// which photographs are read, so the same folder gives the same cells on every machine.
///
/// Source: Carter et al. 2019, "Activation Atlas", with principal components in place of UMAP.
public struct ActivationCells: Codable, Hashable, Sendable {
    /// A cell of the map that patches lie in.
    public struct Cell: Codable, Hashable, Sendable {
        /// The row, from 0 at the top.
        public let row: Int
        /// The column, from 0 at the left.
        public let column: Int
        /// How many patches lie in it.
        public let patchCount: Int
        /// The mean of their features.
        public let mean: [Float]
    }

    /// What cells are made from: the same gives the same cells, up to the rounding of another processor.
    public struct Source: Codable, Hashable, Sendable {
        /// A hash of the photographs.
        public let photographs: String
        /// How many patches were to be taken, at most.
        public let patches: Int
        /// How many patches a cell needed.
        public let least: Int

        /// Reads the photographs of a folder.
        ///
        /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
        ///   ``EngineError/cancelled``.
        public init(
            _ folder: String, patches: Int, least: Int, cancellation: Cancellation? = nil
        ) throws(EngineError) {
            photographs = try digest(ofFilesIn: folder, cancellation: cancellation)
            self.patches = patches
            self.least = least
        }
    }

    /// How many cells the map has along each side.
    public let side: Int
    /// The cells with enough patches, row by row.
    public let cells: [Cell]
    /// How many patches were taken.
    public let patchCount: Int
    /// How many photographs they are from.
    public let photographCount: Int
    /// What they are made from; nil if that was not recorded.
    public var source: Source?

    /// The deviations from the middle that lie at the map's edge; what is further out lies there too.
    private static let reach: Float = 2.2
    /// How sharply a picture keeps to its direction, see ``DirectionTerm``: the product with the cosine.
    private static let cosinePower: Float = 1

    /// Averages patches over cells.
    ///
    /// - Parameters:
    ///   - rows: `[patches, features]`.
    ///   - least: how many patches a cell needs.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    package init(
        of rows: [Float], features: Int, photographCount: Int, side: Int, least: Int, on host: CPUBackend = .shared
    ) throws(EngineError) {
        guard (1...100).contains(side) else {
            throw .invalidValue(what: "The number of cells along a side", found: "\(side)", expected: "1 to 100")
        }
        let count = rows.count / features
        let components = try PrincipalComponents(of: rows, features: features, count: 2, team: host.team)
        let scores = components.scores(of: rows, count: 2, whitened: true)
        func place(_ score: Float) -> Int { min(Int((score / Self.reach + 1) / 2 * Float(side)), side - 1) }
        var sums: [Int: (count: Int, sum: [Double])] = [:]
        for patch in 0..<count {
            // The second component points upwards, as in a plot.
            let column = place(min(max(scores[2 * patch], -Self.reach), Self.reach))
            let row = place(min(max(-scores[2 * patch + 1], -Self.reach), Self.reach))
            var cell = sums[row * side + column] ?? (0, [Double](repeating: 0, count: features))
            cell.count += 1
            for feature in 0..<features { cell.sum[feature] += Double(rows[patch * features + feature]) }
            sums[row * side + column] = cell
        }
        cells = sums.filter { $0.value.count >= least }.sorted { $0.key < $1.key }.map { place, cell in
            Cell(
                row: place / side, column: place % side, patchCount: cell.count,
                mean: cell.sum.map { Float($0 / Double(cell.count)) })
        }
        guard !cells.isEmpty else {
            throw .invalidValue(
                what: "The number of cells with \(least) or more patches", found: "0",
                expected: "1 or more; give more photographs, or fewer cells")
        }
        self.side = side
        self.photographCount = photographCount
        patchCount = count
    }

    /// Returns the objective of a cell's picture.
    ///
    /// - Parameter target: the layer.
    package func objective(_ index: Int, at target: Target) -> Objective {
        let mean = cells[index].mean
        let length = Float(mean.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
        return .direction(target, length > 0 ? mean.map { $0 / length } : mean, cosinePower: Self.cosinePower)
    }

    /// Returns a cell in words: "row 3, column 4, 57 patches".
    package func words(_ index: Int) -> String {
        let cell = cells[index]
        return
            "row \(cell.row), column \(cell.column), \(cell.patchCount) \(cell.patchCount == 1 ? "patch" : "patches")"
    }

    /// Returns the map: a picture for each cell, in its place.
    ///
    /// - Parameters:
    ///   - pictures: in the order of the cells; nil for those that are missing.
    ///   - cell: the side of a cell in pixels.
    package func map(_ pictures: [Image?], cell size: Int) -> Image {
        var map = Image(width: side * size, height: side * size, color: ContactSheet.background)
        for (cell, picture) in zip(cells, pictures) {
            guard let picture else { continue }
            let inner = PixelSize(width: picture.width, height: picture.height).scaled(toLongerSide: max(size - 1, 1))
            map.put(
                picture.resized(width: inner.width, height: inner.height, by: .bilinear), left: cell.column * size,
                top: cell.row * size)
        }
        return map
    }
}

extension Model {
    /// Collects the activations of a folder's patches and averages them over the cells of a map.
    ///
    /// - Parameters:
    ///   - layer: the address of a layer with patches.
    ///   - patches: how many patches to take, at most.
    ///   - side: how many cells the map has along each side.
    ///   - least: how many patches a cell needs.
    /// - Throws: the errors of ``features(in:at:by:to:cancellation:progress:)``; ``EngineError/cancelled``: an
    ///   interrupted map would be that of another folder.
    public func activationCells(
        in folder: String, at layer: String, patches limit: Int = 20_000, side: Int = 8, least: Int = 3,
        cancellation: Cancellation? = nil, progress: ((FolderProgress) -> Void)? = nil
    ) throws(EngineError) -> ActivationCells {
        let shape = try layerShape(layer)
        guard case .tokens(let layout, let features) = shape else {
            throw .noPatches(layer: layer, model: name, shape: shape)
        }
        guard (1...1_000_000).contains(limit) else {
            throw .invalidValue(what: "The number of patches", found: "\(limit)", expected: "1 to 1000000")
        }
        let stream = try PhotographStream(of: folder, through: self, layers: [layer], cancellation: cancellation)
        var sample = PatchSample(limit: limit)
        let reading = try stream.run(progress: progress) { photograph, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let first = (place * layout.count + layout.firstPatch) * features
                let output = UnsafeBufferPointer(rebasing: batch[first..<first + layout.patchCount * features])
                guard output.allSatisfy({ $0.isFinite }) else { return false }
                sample.add(output, features: features, of: String(photograph.path.dropFirst(folder.count)))
                return true
            }
        }
        if reading.wasInterrupted { throw .cancelled }
        return try ActivationCells(
            of: sample.rows, features: features, photographCount: reading.photographCount, side: side, least: least,
            on: host)
    }
}

/// A sample of patches that does not depend on the order in which they come: those whose names have the smallest hashes.
private struct PatchSample {
    private let limit: Int
    private var taken: [(order: UInt64, row: [Float])] = []

    init(limit: Int) { self.limit = limit }

    /// The rows in the order of their hashes.
    var rows: [Float] { taken.sorted { $0.order < $1.order }.prefix(limit).flatMap(\.row) }

    mutating func add(_ output: UnsafeBufferPointer<Float>, features: Int, of photograph: String) {
        for patch in 0..<output.count / features {
            let row = Array(output[patch * features..<(patch + 1) * features])
            taken.append((Self.hash("\(photograph)#\(patch)"), row))
        }
        guard taken.count > 2 * limit else { return }
        taken = Array(taken.sorted { $0.order < $1.order }.prefix(limit))
    }

    /// Returns a hash of a text: FNV-1a, stirred so that its high bits depend on all of it.
    private static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return hash ^ (hash >> 32)
    }
}
