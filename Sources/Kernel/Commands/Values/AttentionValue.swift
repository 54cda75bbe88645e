import Cells
import Jupyter
import VitrineEngine

/// The result of `attention(photo, in:)`: maps of the attention of a block's heads, or of a model's blocks.
final class AttentionValue: TabledObject, Displayable, SheetValue {
    /// The maps of the heads or of the blocks.
    private let parts: HeatMaps
    /// The noun for one of them: "head" or "block".
    private let noun: String
    private let rollout: HeatMap?
    private let mean: HeatMap?
    /// Whether only the map of one head is shown.
    private let isOneHead: Bool

    /// Creates the value for a block's heads, with their mean and the rollout.
    init(_ maps: AttentionMaps, sameScale: Bool) {
        parts = sameScale ? maps.heads.withSharedScale : maps.heads
        (noun, rollout, mean, isOneHead) = ("head", maps.rollout, maps.mean, false)
    }

    /// Creates the value for one of a block's heads.
    init(_ maps: AttentionMaps, head: Int) {
        parts = HeatMaps(maps.heads.title, maps: [maps.heads.maps[head]], of: maps.heads.photograph)
        (noun, rollout, mean, isOneHead) = ("head", maps.rollout, nil, true)
    }

    /// Creates the value for all blocks of a model.
    init(_ maps: AttentionThroughBlocks, sameScale: Bool) {
        parts = sameScale ? maps.blocks.withSharedScale : maps.blocks
        (noun, rollout, mean, isOneHead) = ("block", maps.rollout, nil, false)
    }

    /// Creates the value for the query of attention pooling, or of a class token that attends in layers of its own.
    init(_ maps: PooledAttention, sameScale: Bool) {
        parts = sameScale ? maps.heads.withSharedScale : maps.heads
        (noun, rollout, mean, isOneHead) = ("head", maps.rollout, maps.mean, false)
    }

    private var all: HeatMaps {
        if isOneHead { return parts }
        return HeatMaps(parts.title, maps: [rollout, mean].compactMap(\.self) + parts.maps, of: parts.photograph)
    }

    var kind: ValueKind { .attention }
    var kinds: [ValueKind] { [.attention, .picture] }
    var plainText: String {
        parts.title + ": what share of the attention a patch gets\n" + HeatMapTable(maps: all.maps).table.plain
    }
    var shownSheet: ContactSheet? { all.sheet }
    var bundle: MIMEBundle {
        SheetDisplay(
            all.sheet.image, title: parts.title, facts: ["what share of the attention a patch gets"], plain: plainText
        ).bundle
    }
    var elements: [Value]? { parts.cellValues }

    static let memberTable: MemberTable<AttentionValue> = [
        .property("rollout", .object(.heatMap), "attention followed down through the blocks to the photograph") {
            attention in
            guard let rollout = attention.rollout else {
                throw CellError(
                    .unknownMember,
                    "There is no rollout: the blocks below keep no pattern of attention among the same tokens.")
            }
            return .object(HeatMapValue(rollout, title: attention.parts.title))
        }
    ]

    /// The members, some of which are named after heads or blocks.
    var allMembers: MemberTable<AttentionValue> {
        let ofBlock: [Member<AttentionValue>] =
            mean == nil
            ? []
            : [
                .property("mean", .object(.heatMap), "the mean over the heads") { attention in
                    attention.mean.map { .object(HeatMapValue($0, title: attention.parts.title)) }
                }
            ]
        let parts = Member<AttentionValue>.property(
            "\(noun)s", .list(.object(.heatMap)), "a map for each \(noun); `[3]` is one of them"
        ) { .array($0.parts.cellValues) }
        return MemberTable([parts] + Self.memberTable.members + ofBlock + Self.numbers(of: noun))
    }

    private static func numbers(of noun: String) -> [Member<AttentionValue>] {
        [
            .property("values", .object(.tensor), "all shares, \(noun)s × rows × columns of patches") {
                let (parts, shape) = ($0.parts, $0.parts.values.shape)
                return .object(
                    TensorValue(
                        parts.values, title: parts.title,
                        shapeWords: "\(parts.maps.count) \(noun)s × \(shape[1]) rows × \(shape[2]) columns"))
            },
            .property("count", .integer, "how many \(noun)s there are") { .integer($0.parts.maps.count) },
            .property("label", .string, "what the maps show, and from which token") { .string($0.parts.title) },
            .sheetImage { $0.parts.title },
        ]
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        try arguments.index(of: noun, below: parts.maps.count, in: parts.title).map { parts.cellValues[$0] }
    }
}
