import Compute
import Images

/// Windows of whole patches that cover a large grid, each overlapping the next by half.
package struct PatchWindows: Sendable {
    /// The corner of a window, in patches.
    package struct Place: Hashable, Sendable {
        /// The row of its upper left patch.
        package let row: Int
        /// The column of its upper left patch.
        package let column: Int
    }

    /// The grid that is covered.
    package let rows: Int
    package let columns: Int
    /// The grid of one window.
    package let windowRows: Int
    package let windowColumns: Int
    /// The size of a patch in pixels.
    package let patch: PixelSize
    /// The windows, row by row.
    package let places: [Place]

    /// Covers a grid with windows.
    ///
    /// - Precondition: a window is no larger than the grid.
    package init(rows: Int, columns: Int, windowRows: Int, windowColumns: Int, patch: PixelSize) {
        (self.rows, self.columns, self.patch) = (rows, columns, patch)
        (self.windowRows, self.windowColumns) = (windowRows, windowColumns)
        let across = Self.starts(of: columns, window: windowColumns)
        places = Self.starts(of: rows, window: windowRows).flatMap { row in
            across.map { Place(row: row, column: $0) }
        }
    }

    /// Returns where the windows along one axis begin: half a window apart at most, the first and the last at the ends.
    private static func starts(of count: Int, window: Int) -> [Int] {
        precondition(window > 0 && window <= count, "a window larger than the grid")
        let room = count - window
        let step = max(window / 2, 1)
        let gaps = (room + step - 1) / step
        return gaps == 0 ? [0] : (0...gaps).map { ($0 * room + gaps / 2) / gaps }
    }
}

/// The weighted mean of windows' features, patch by patch.
package struct WindowBlend {
    private let windows: PatchWindows
    private let features: Int
    private var sums: [Float]
    private var weights: [Float]

    /// Creates a mean of nothing yet.
    package init(_ windows: PatchWindows, features: Int) {
        self.windows = windows
        self.features = features
        sums = [Float](repeating: 0, count: windows.rows * windows.columns * features)
        weights = [Float](repeating: 0, count: windows.rows * windows.columns)
    }

    /// Adds a window's output, whose last rows are its patches.
    package mutating func add(_ output: UnsafeBufferPointer<Float>, at place: PatchWindows.Place) {
        let first = output.count - windows.windowRows * windows.windowColumns * features
        for row in 0..<windows.windowRows {
            for column in 0..<windows.windowColumns {
                let weight =
                    Self.weight(row, of: windows.windowRows) * Self.weight(column, of: windows.windowColumns)
                let patch = (place.row + row) * windows.columns + place.column + column
                let source = first + (row * windows.windowColumns + column) * features
                weights[patch] += weight
                for feature in 0..<features { sums[patch * features + feature] += weight * output[source + feature] }
            }
        }
    }

    /// The mean, `[patches, features]`.
    package var mean: Tensor {
        var values = sums
        for (patch, weight) in weights.enumerated() {
            for feature in patch * features..<(patch + 1) * features { values[feature] /= weight }
        }
        return Tensor(values, shape: [weights.count, features])
    }

    /// Returns a weight that falls linearly to the window's edges, and is never 0.
    private static func weight(_ index: Int, of count: Int) -> Float { Float(min(index + 1, count - index)) }
}
