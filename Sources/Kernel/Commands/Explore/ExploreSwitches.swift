import Jupyter
import Platform
import Synchronization
import VitrineEngine

/// A part of a model that a panel can switch off.
enum ExploreSwitch: Hashable, Sendable {
    /// A block, which then passes on its input.
    case block(Int)
    /// A head, which then is 0.
    case head(Int, inBlock: Int)

    /// The order in which cells and names list them.
    private var place: (Int, Int) {
        switch self {
        case .block(let block): (block, -1)
        case .head(let head, let block): (block, head)
        }
    }

    /// Returns switches in the order of the computation.
    static func sorted(_ switches: Set<ExploreSwitch>) -> [ExploreSwitch] { switches.sorted { $0.place < $1.place } }

    /// Returns what switching it off does to a model.
    func intervention(in model: Model) -> Intervention {
        switch self {
        case .block(let block): Intervention(Target(model: model.name, layer: "blocks.\(block)"), .skipped)
        case .head(let head, let block):
            Intervention(
                Target(
                    model: model.name, layer: Self.heads(block),
                    features: .head(head, of: model.headCount(at: Self.heads(block)) ?? 1)), .set(to: 0))
        }
    }

    /// Returns the part in a cell: "vit.blocks[5].attn.head(2)".
    func cell(of expression: String) -> String {
        switch self {
        case .block(let block): "\(expression).blocks[\(block)]"
        case .head(let head, let block): "\(expression).blocks[\(block)].attn.head(\(head))"
        }
    }

    /// Returns the address of a block's heads.
    static func heads(_ block: Int) -> String { "blocks.\(block).attn.heads" }
}

/// The switches of a panel: one for the chosen block, and one for each of its heads. Those of the other blocks are kept.
struct ExploreSwitches: Sendable {
    /// The row of switches.
    let row: Widget

    private let block: Widget
    private let heads: [Widget]
    private let headCounts: [Int]
    private let state: State

    /// What is off, and which block the switches show.
    private final class State: Sendable {
        let values = Mutex<(off: Set<ExploreSwitch>, shown: Int?)>(([], nil))
    }

    /// Creates the switches of a model, all on.
    ///
    /// - Parameter shown: the block that they show first; nil for a part outside the blocks.
    init(_ model: Model, shown: Int?) {
        let headCounts = (0..<model.blockCount).map { model.headCount(at: ExploreSwitch.heads($0)) ?? 0 }
        let count = shown.map { headCounts[$0] } ?? 0
        self.headCounts = headCounts
        state = State()
        state.values.withLock { $0.shown = shown }
        block = .checkbox("this block", true, isEnabled: shown != nil)
        heads = (0..<(headCounts.max() ?? 0)).map { .checkbox("head \($0)", true, isEnabled: $0 < count) }
        row = .row([block] + heads, layout: ["flex_flow": "row wrap", "max_width": "320px"])
    }

    /// The parts that are off.
    var off: Set<ExploreSwitch> { state.values.withLock { $0.off } }

    /// Shows the switches of another block; of none outside the blocks.
    ///
    /// - Returns: the events for the front-end.
    func show(block index: Int?) -> [CommEvent] {
        let off = state.values.withLock { values in
            values.shown = index
            return values.off
        }
        let count = index.map { headCounts[$0] } ?? 0
        let isOn = index.map { !off.contains(.block($0)) } ?? true
        return [block.set(["value": .bool(isOn), "disabled": .bool(index == nil)])]
            + heads.enumerated().map { head, widget in
                let isOn = index.map { !off.contains(.head(head, inBlock: $0)) } ?? true
                return widget.set(["value": .bool(isOn), "disabled": .bool(head >= count)])
            }
    }

    /// Takes over what the user has switched.
    func follow(_ changed: Widget) {
        state.values.withLock { values in
            guard let shown = values.shown else { return }
            var part: ExploreSwitch?
            if changed === block { part = .block(shown) }
            if let head = heads.firstIndex(where: { $0 === changed }), head < headCounts[shown] {
                part = .head(head, inBlock: shown)
            }
            guard let part else { return }
            if changed["value"]?.bool == false { values.off.insert(part) } else { values.off.remove(part) }
        }
    }
}
