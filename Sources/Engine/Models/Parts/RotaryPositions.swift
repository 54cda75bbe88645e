import Compute
import Foundation
import Platform

/// A transformer's rotary positions: how a patch's place in the grid turns its queries and keys.
///
/// Half of a head's pairs of features turn with the patch's row, the other half with its column, each pair k of n with a
/// frequency of its own; learned frequencies mix both. The framework computes the angles in float32, so that is done here,
/// in its order.
///
/// Source: Heo et al. 2024, arXiv:2403.13298; timm `pos_embed_sincos.py`.
package struct RotaryPositions: Hashable, Sendable {
    package var angles: Angles
    /// How a head's features are paired.
    package var pairing = RotaryPairing.neighbors
    /// Whether columns come before rows: timm's "xy" indexing.
    package var columnsFirst = false

    /// The angles of a patch in row i and column j.
    package enum Angles: Hashable, Sendable {
        /// (i + offset) · r / rows · t^(−k/n), and the same for j, where r is the number of rows of the reference grid;
        /// without a reference (i + offset) · t^(−k/n). Source: timm `RotaryEmbeddingCat`; Fang et al. 2023,
        /// arXiv:2303.11331.
        case counted(temperature: Float = 10_000, offset: Float = 0, reference: Reference = .none)
        /// 2π · (2 (i + ½) / rows − 1) · t^(−k/n), and the same for j, with the periods t^(k/n) of the file if it has them.
        /// Source: Siméoni et al. 2025, arXiv:2508.10104; timm `RotaryEmbeddingDinoV3`.
        case centered(temperature: Float = 100)
        /// i · f + j · g, with the learned f and g of each block, head and pair. Source: timm `RotaryEmbeddingMixed`.
        case learned
        /// i · t^(−k/n) in the second third of a head's features and j · t^(−k/n) in the last, where features k and k + n of
        /// a third have the same angle. The first third turns with the frame of a video, of which a picture has one; what is
        /// left of a head does not turn. Source: Assran et al. 2025, arXiv:2506.09985; transformers `modeling_vjepa2.py`.
        case thirds(temperature: Float = 10_000)
    }

    /// The grid that the angles were trained for, to which others are stretched.
    package enum Reference: Hashable, Sendable {
        case none
        /// The grid of the learned positions.
        case learnedPositions
        case grid(rows: Int, columns: Int)
    }

    /// Returns the rotation of each block's queries and keys, or one for all blocks.
    ///
    /// - Parameters:
    ///   - learned: the grid of the learned positions; nil if there are none.
    ///   - width: the number of features of a token.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if a head's features do not make pairs for both axes;
    ///   ``EngineError/shapeMismatch(place:expected:found:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    func rotations(
        _ weights: WeightReader, layout: TokenLayout, learned: (rows: Int, columns: Int)?, heads: Int, width: Int
    ) throws(EngineError) -> [Rotary] {
        if case .thirds(let temperature) = angles {
            return [try thirds(temperature, layout, heads: heads, features: width / heads)]
        }
        guard width.isMultiple(of: 4 * heads) else {
            throw .invalidValue(
                what: "The number of heads", found: "\(heads), of \(width / heads) features each",
                expected: "heads of a multiple of 4 features: rotary positions pair them for rows and columns")
        }
        let pairs = width / heads / 2
        let blocks = weights.blockCount
        let tables = angles == .learned ? (blocks: blocks, heads: heads) : (blocks: 1, heads: 1)
        try Workspace.checkRoom(
            floats: 2 * tables.blocks * tables.heads * layout.patchCount * pairs,
            for: "Rotary positions of \(layout.patchCount) patches")
        switch angles {
        case .learned:
            let frequencies = try weights.parameter(
                "rope.freqs", [2, blocks, heads, pairs], or: [2, blocks, heads * pairs])
            guard frequencies.count > 0 else { return [] }
            let set = blocks * heads * pairs
            return (0..<blocks).map { block in
                rotation(layout, heads: heads, sets: heads, pairs: pairs) { head, first, second, pair in
                    let index = (block * heads + head) * pairs + pair
                    return Float(first) * frequencies.values[index] + Float(second) * frequencies.values[set + index]
                }
            }
        case .counted(let temperature, let offset, let reference):
            let classAngles = try weights.has("rope.class") ? weights.parameter("rope.class", [1, pairs]) : nil
            let (rows, columns) = (Self.stretch(layout.rows, offset), Self.stretch(layout.columns, offset))
            let grid = Self.grid(reference, learned: learned)
            let (down, across) = (rows(grid?.rows), columns(grid?.columns))
            let places = columnsFirst ? [across, down] : [down, across]
            let bands = (0..<pairs / 2).map { 1 / pow(temperature, Float($0) / Float(pairs / 2)) }
            return [
                rotation(layout, heads: heads, sets: 1, pairs: pairs, first: classAngles) { _, first, second, pair in
                    pair < bands.count ? places[0][first] * bands[pair] : places[1][second] * bands[pair - bands.count]
                }
            ]
        case .centered(let temperature):
            let periods = try Self.periods(weights, pairs / 2, temperature)
            let (rows, columns) = (Self.centers(layout.rows), Self.centers(layout.columns))
            let places = columnsFirst ? [columns, rows] : [rows, columns]
            return [
                rotation(layout, heads: heads, sets: 1, pairs: pairs) { _, first, second, pair in
                    pair < periods.count
                        ? 2 * .pi * places[0][first] / periods[pair]
                        : 2 * .pi * places[1][second] / periods[pair - periods.count]
                }
            ]
        case .thirds: return []
        }
    }

    /// Returns the rotation of which each third of a head's features has its own axis.
    private func thirds(
        _ temperature: Float, _ layout: TokenLayout, heads: Int, features: Int
    ) throws(EngineError) -> Rotary {
        guard features.isMultiple(of: 2) else {
            throw .invalidValue(
                what: "The number of heads", found: "\(heads), of \(features) features each",
                expected: "heads of an even number of features: rotary positions pair them")
        }
        try Workspace.checkRoom(
            floats: 2 * layout.patchCount * features, for: "Rotary positions of \(layout.patchCount) patches")
        let third = features / 3 / 2 * 2
        let bands = (0..<third / 2).map { 1 / pow(temperature, Float($0) / (Float(third) / 2)) }
        return rotation(layout, heads: heads, sets: 1, pairs: features) { _, row, column, feature in
            guard (third..<3 * third).contains(feature) else { return 0 }
            return Float(feature < 2 * third ? row : column) * bands[feature % third % bands.count]
        }
    }

    /// Returns the rotation with the angles of `angle`, given a head, the patch's place along the first and the second
    /// axis, and a pair of features.
    ///
    /// - Parameter row: the angles of the token before the patches, if it turns too.
    private func rotation(
        _ layout: TokenLayout, heads: Int, sets: Int, pairs: Int, first row: Parameter? = nil,
        angle: (_ head: Int, _ first: Int, _ second: Int, _ pair: Int) -> Float
    ) -> Rotary {
        var angles: [Float] = []
        angles.reserveCapacity(sets * layout.patchCount * pairs)
        for head in 0..<sets {
            if let row { angles += (0..<row.count).map { row.values[$0] } }
            for patch in 0..<layout.patchCount {
                let (row, column) = (patch / layout.columns, patch % layout.columns)
                let (first, second) = columnsFirst ? (column, row) : (row, column)
                for pair in 0..<pairs { angles.append(angle(head, first, second, pair)) }
            }
        }
        func table(_ function: (Double) -> Double) -> Parameter {
            Parameter(shape: [sets, angles.count / sets / pairs, pairs]) { values in
                for index in values.indices { values[index] = Float(function(Double(angles[index]))) }
            }
        }
        return Rotary(heads: heads, pairing: pairing, cosines: table { cos($0) }, sines: table { sin($0) })
    }

    /// Returns the places along an axis of `count` patches, given the extent of the reference grid along it.
    private static func stretch(_ count: Int, _ offset: Float) -> (_ reference: Int?) -> [Float] {
        { reference in
            (0..<count).map { index in
                let place = Float(index) + offset
                return reference.map { place / Float(count) * Float($0) } ?? place
            }
        }
    }

    private static func grid(
        _ reference: Reference, learned: (rows: Int, columns: Int)?
    ) -> (rows: Int, columns: Int)? {
        switch reference {
        case .none: nil
        case .learnedPositions: learned
        case .grid(let rows, let columns): (rows, columns)
        }
    }

    /// Returns the centers of `count` patches, −1…1 for the whole picture.
    private static func centers(_ count: Int) -> [Float] {
        (0..<count).map { 2 * ((Float($0) + 0.5) / Float(count)) - 1 }
    }

    /// Returns the periods: those in the file, as Facebook stores them, in bfloat16, or t^(k/n).
    private static func periods(
        _ weights: WeightReader, _ count: Int, _ temperature: Float
    ) throws(EngineError) -> [Float] {
        guard weights.has("rope_embed.periods") else {
            return (0..<count).map { pow(temperature, Float($0) / Float(count)) }
        }
        return try weights.parameter("rope_embed.periods", [count]).tensor.values
    }
}
