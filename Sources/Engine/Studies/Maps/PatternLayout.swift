import Compute

/// How the rows and columns of an attention pattern belong to tokens.
package struct PatternLayout {
    /// The tokens of the block.
    package let tokens: TokenLayout
    /// The number of heads.
    package let heads: Int

    private let windows: WindowLayout?
    /// The patch at each place of the windows, −1 beyond the grid, and the place of each patch; empty without windows.
    private let patches: [Int]
    private let places: [Int]

    /// Creates the layout of a pattern; nil for the shape of any other layer.
    package init?(_ shape: LayerShape) {
        switch shape {
        case .heads(let layout, let count):
            (tokens, heads, windows, patches, places) = (layout, count, nil, [], [])
        case .windows(let layout, let count):
            (tokens, heads, windows) = (layout.grid, count, layout)
            (patches, places) = (layout.patches, layout.placeOfPatch)
        case .tokens, .vector, .pooling, .tokenMixing: return nil
        }
    }

    /// The number of elements of one head's pattern.
    var headCount: Int { windows.map { $0.count * $0.size * $0.size } ?? tokens.count * tokens.count }

    /// Returns the attention that tokens get from a source: source · W̄, `[tokens]`.
    ///
    /// What goes to empty places beyond the grid, which windows may reach, is left out.
    ///
    /// - Parameters:
    ///   - pattern: the pattern of `heads` heads; W̄ is its mean over them.
    ///   - source: the weight of each attending token, `[tokens]`.
    package func attended(_ pattern: UnsafeBufferPointer<Float>, heads: Int, from source: [Float]) -> [Float] {
        var sums = [Double](repeating: 0, count: tokens.count)
        let columns = windows?.size ?? tokens.count
        for head in 0..<heads {
            for (token, weight) in source.enumerated() where weight != 0 {
                let place = windows == nil ? token : places[token]
                let row = head * headCount + place * columns
                let first = place / columns * columns
                for column in 0..<columns {
                    let other = windows == nil ? column : patches[first + column]
                    if other >= 0 { sums[other] += Double(weight * pattern[row + column]) }
                }
            }
        }
        return sums.map { Float($0 / Double(heads)) }
    }

    /// Returns shares of the patches of a grid as shares of those of this block, whose grid may be finer.
    ///
    /// A patch that was merged of several passes its share to them in equal parts.
    package func spread(_ shares: [Float], from merged: TokenLayout) -> [Float] {
        guard merged != tokens else { return shares }
        let rows = TokenLayout.joined(tokens.rows, into: merged.rows)
        let columns = TokenLayout.joined(tokens.columns, into: merged.columns)
        var owners: [Int] = []
        for row in 0..<tokens.rows {
            for column in 0..<tokens.columns {
                owners.append(row / rows * merged.columns + column / columns)
            }
        }
        var counts = [Float](repeating: 0, count: merged.patchCount)
        for owner in owners { counts[owner] += 1 }
        return owners.map { shares[$0] / counts[$0] }
    }
}
