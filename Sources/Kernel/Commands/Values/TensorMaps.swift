import Cells
import Jupyter
import VitrineEngine

/// Heat maps that stand beside a tensor's numbers: where they lie in the photograph that they are of.
struct TensorMaps: Sendable {
    /// The maps.
    let maps: HeatMaps
    /// What one of them is: "neuron".
    var noun = "map"
    /// What a place of a map is: "patch", or "pixel".
    var place = "patch"
    /// The mean of the gradients at disturbed copies, which the map of a gradient shows.
    var smoothed: Tensor?

    /// The members that a tensor has for them.
    var declarations: [MemberDeclaration] {
        [
            .property("map", .object(.heatMap), "the numbers over the photograph"),
            .property("maps", .list(.object(.heatMap)), "the same where there are several"),
            SheetMember.declaration,
        ]
            + (smoothed == nil
                ? []
                : [
                    .property(
                        "smoothed", .object(.tensor), "the mean gradient at the noisy copies, which the map shows")
                ])
    }

    /// The member of this name, or nil.
    func member(_ name: String) -> Value? {
        switch name {
        case "map": maps.cellValues.first
        case "maps": .array(maps.cellValues)
        case "image": SheetMember.value(maps.sheet, name: maps.title)
        case "smoothed":
            smoothed.map { .object(TensorValue($0, title: "mean gradient at noisy copies: \(maps.title)")) }
        default: nil
        }
    }

    /// The tensor's display with the maps: the picture, and their numbers below the tensor's.
    func bundle(plain: String) -> MIMEBundle {
        SheetDisplay(maps.sheet.image, title: maps.title, plain: self.plain(plain)).bundle
    }

    /// The maps' numbers below the tensor's.
    func plain(_ plain: String) -> String {
        plain + "\n" + HeatMapTable(maps: maps.maps, place: place).table.plain
    }
}
