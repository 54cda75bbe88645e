import Compute

/// A grid of patches cut into square windows, with empty places at the right and lower edge where they do not fit.
///
/// Source: timm `vision_transformer_sam.py`, `window_partition`, `window_unpartition`.
struct PaddedWindows {
    /// The number of windows.
    let count: Int
    /// The patch of each place, window by window; −1 for an empty one.
    private let patches: [Int]

    init(_ layout: TokenLayout, side: Int) {
        let rows = (layout.rows + side - 1) / side
        let columns = (layout.columns + side - 1) / side
        count = rows * columns
        patches = (0..<count).flatMap { window in
            (0..<side * side).map { place in
                let row = window / columns * side + place / side
                let column = window % columns * side + place % side
                return row < layout.rows && column < layout.columns ? row * layout.columns + column : -1
            }
        }
    }

    /// The operation that arranges patches window by window, with zeros in the empty places.
    var gathering: GatherRows { GatherRows(patches) }

    /// The operation that arranges them row by row again, without the empty places.
    var scattering: GatherRows {
        var places = [Int](repeating: 0, count: patches.count { $0 >= 0 })
        for (place, patch) in patches.enumerated() where patch >= 0 { places[patch] = place }
        return GatherRows(places)
    }
}
