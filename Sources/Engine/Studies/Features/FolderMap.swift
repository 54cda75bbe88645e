import Compute
import Images
import Models
import Platform

/// The photographs of a folder on a plane, where similar ones are near each other.
///
/// The plane is that of the first two principal components of their features. Photographs that would cover each other
/// move to the nearest free cell of a grid.
public struct FolderMap: Sendable {
    /// `[photographs, 2]`: the components, divided by their deviations.
    public let coordinates: Tensor
    /// The share of the variance along each of the two components.
    public let shares: [Double]
    /// The cell of each photograph on the grid; nil for those that found no room.
    package let cells: [(row: Int, column: Int)?]
    /// The rows and columns of the grid.
    package let side: Int

    /// Lays out the photographs of a folder.
    ///
    /// - Parameter side: how many cells the grid has along each side; nil for about twice as many cells as photographs.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/libraryMissing(name:package:)``.
    public init(of folder: FolderFeatures, side: Int? = nil, on host: CPUBackend = .shared) throws(EngineError) {
        let count = folder.paths.count
        let chosen = side ?? min(max(Int((2 * Double(count)).squareRoot().rounded(.up)), 2), Self.mostCells)
        guard (2...Self.mostCells).contains(chosen) else {
            throw .invalidValue(
                what: "The number of cells along a side of the map", found: "\(chosen)",
                expected: "2 to \(Self.mostCells)")
        }
        let components = try PrincipalComponents(
            of: folder.values.values, features: folder.values.shape[1], count: 2, team: host.team)
        let scores = components.scores(of: folder.values.values, count: 2, whitened: true)
        coordinates = Tensor(scores, shape: [count, 2])
        shares = components.variances.map { $0 / max(components.totalVariance, .leastNormalMagnitude) }
        self.side = chosen
        cells = Self.cells(scores, side: chosen)
    }

    /// The largest number of cells along a side.
    private static let mostCells = 64
    /// The deviations from the middle that lie at the map's edge; what is further out lies there too.
    private static let reach: Float = 2.2

    /// Puts every photograph into the free cell that is nearest to its place, those in the middle first.
    private static func cells(_ scores: [Float], side: Int) -> [(row: Int, column: Int)?] {
        let count = scores.count / 2
        func place(_ score: Float) -> Double {
            Double((min(max(score / reach, -1), 1) + 1) / 2) * Double(side - 1)
        }
        var isFree = [Bool](repeating: true, count: side * side)
        var cells = [(row: Int, column: Int)?](repeating: nil, count: count)
        let distance = { (index: Int) in
            scores[2 * index] * scores[2 * index] + scores[2 * index + 1] * scores[2 * index + 1]
        }
        for index in (0..<count).sorted(by: { (distance($0), $0) < (distance($1), $1) }) {
            // The second component points upwards, as in a plot.
            let (x, y) = (place(scores[2 * index]), place(-scores[2 * index + 1]))
            let best = isFree.indices.filter { isFree[$0] }.min { first, second in
                func far(_ cell: Int) -> Double {
                    let (across, down) = (Double(cell % side) - x, Double(cell / side) - y)
                    return across * across + down * down
                }
                return far(first) < far(second)
            }
            guard let best else { break }
            isFree[best] = false
            cells[index] = (best / side, best % side)
        }
        return cells
    }

    /// Draws the map of the photographs at their paths.
    ///
    /// - Parameters:
    ///   - paths: the photographs' files, which are read again; those that are gone are left out.
    ///   - cell: the side of a cell in pixels.
    /// - Throws: ``EngineError/cancelled``.
    public func image(
        of paths: [String], cell: Int, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Image {
        var map = Image(width: side * cell, height: side * cell, color: ContactSheet.background)
        for (index, place) in cells.enumerated() {
            try cancellation?.check()
            progress?(index, cells.count)
            guard let place, let photograph = try? Image(contentsOf: paths[index]) else { continue }
            let inner = max(cell - 2, 1)
            let size = PixelSize(width: photograph.width, height: photograph.height).scaled(toLongerSide: inner)
            let small = photograph.resized(width: size.width, height: size.height, by: .bilinear)
            map.put(
                small, left: place.column * cell + (cell - size.width) / 2,
                top: place.row * cell + (cell - size.height) / 2)
        }
        return map
    }
}
