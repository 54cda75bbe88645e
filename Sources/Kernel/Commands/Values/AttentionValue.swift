import Cells
import Jupyter
import VitrineEngine

/// What `attention(photo, in:)` returns: maps of where a block's heads look, or the blocks of a model.
final class AttentionValue: CellObject, Displayable, SheetValue {
    /// The heads' maps, or the blocks'.
    private let parts: HeatMaps
    /// What one of them is: "head".
    private let noun: String
    private let rollout: HeatMap
    private let mean: HeatMap?

    /// A block's heads, their mean, and the rollout from there.
    init(_ maps: AttentionMaps, sameScale: Bool) {
        parts = sameScale ? maps.heads.withOneScale : maps.heads
        (noun, rollout, mean) = ("head", maps.rollout, maps.mean)
    }

    /// All blocks of a model.
    init(_ maps: AttentionThroughBlocks, sameScale: Bool) {
        parts = sameScale ? maps.blocks.withOneScale : maps.blocks
        (noun, rollout, mean) = ("block", maps.rollout, nil)
    }

    private var all: HeatMaps {
        HeatMaps(parts.title, maps: [rollout] + (mean.map { [$0] } ?? []) + parts.maps, of: parts.photograph)
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

    var members: [MemberDeclaration] {
        let ofBlock: [MemberDeclaration] =
            mean == nil ? [] : [.property("mean", .object(.heatMap), "the mean over the heads")]
        return [
            .property("\(noun)s", .list(.object(.heatMap)), "a map for each \(noun); `[3]` is one of them"),
            .property("rollout", .object(.heatMap), "attention followed down through the blocks to the photograph"),
        ] + ofBlock + [
            .property("values", .object(.tensor), "all shares, \(noun)s × rows × columns of patches"),
            .property("count", .integer, "how many \(noun)s there are"),
            .property("label", .string, "what was looked at, and from where"),
            SheetMember.declaration,
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "\(noun)s": .array(parts.cellValues)
        case "rollout": .object(HeatMapValue(rollout, title: parts.title))
        case "mean": mean.map { .object(HeatMapValue($0, title: parts.title)) }
        case "values":
            .object(
                TensorValue(
                    parts.values, title: parts.title,
                    shapeWords: "\(parts.maps.count) \(noun)s × \(parts.values.shape[1]) rows × "
                        + "\(parts.values.shape[2]) columns"))
        case "count": .integer(parts.maps.count)
        case "label": .string(parts.title)
        case "image": SheetMember.value(all.sheet, name: parts.title)
        default: nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
        try arguments.index(of: noun, below: parts.maps.count, in: parts.title).map { parts.cellValues[$0] }
    }
}
