import Foundation
import Synchronization

/// A weight matrix packed once as the right factor of all its products.
///
/// With few rows, packing it each time would take a sixth of the product's time. It takes as much memory
/// as the matrix, so it is packed when a plan with few rows first needs it.
package final class PackedMatrix: @unchecked Sendable {
    /// The number of rows from which on a product packs as it goes: the memory is then worth more than the time.
    static let fewRows = 128
    /// The number of floats up to which the memory does not matter: that of the layers of a model of width 192.
    static let smallCount = 1 << 19

    private let isPacked = Atomic(false)
    /// The panels, set once in a turn of the team; other threads read it only if `isPacked` is true.
    private var memory: UnsafeMutablePointer<Float>?

    package init() {}

    deinit { UnsafeMutableRawPointer(memory)?.deallocate() }

    /// The panels one after the other; nil if they are not packed.
    package var start: UnsafePointer<Float>? { isPacked.load(ordering: .acquiring) ? UnsafePointer(memory) : nil }

    /// Returns the number of floats that the panels of `[inner, columns]` take.
    static func count(inner: Int, columns: Int) -> Int {
        let whole = columns / PanelShape.width * PanelShape.width
        let rest = columns - whole
        return inner * (whole + (rest > 0 ? PanelShape.packedWidth(rest) : 0))
    }

    /// Packs the transpose of `matrix`, `[columns, inner]`, on all threads of the team, unless it is packed already.
    package func pack(_ matrix: UnsafePointer<Float>, columns: Int, inner: Int, _ team: ThreadTeam) {
        team.takingTurn {
            guard !isPacked.load(ordering: .acquiring) else { return }
            let start = UnsafeMutablePointer<Float>.aligned(Self.count(inner: inner, columns: columns))
            team.forEach((columns + PanelShape.width - 1) / PanelShape.width) { panel, _ in
                let column = panel * PanelShape.width
                let width = min(columns - column, PanelShape.width)
                PanelPacking(
                    source: matrix + column * inner, stride: inner, isTransposed: true, depth: inner, columns: width,
                    width: PanelShape.packedWidth(width), scale: 1
                ).pack(into: start + column * inner)
            }
            memory = start
            isPacked.store(true, ordering: .releasing)
        }
    }
}
