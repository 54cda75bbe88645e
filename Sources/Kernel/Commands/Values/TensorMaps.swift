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
    var members: [Member<TensorValue>] {
        let ofMaps: [Member<TensorValue>] = [
            .property("map", .object(.heatMap), "the numbers over the photograph") { [maps] _ in
                maps.cellValues.first
            },
            .property("maps", .list(.object(.heatMap)), "the same where there are several") { [maps] _ in
                .array(maps.cellValues)
            },
            .sheetImage { [maps] _ in maps.title },
        ]
        guard let smoothed else { return ofMaps }
        return ofMaps + [
            .property(
                "smoothed", .object(.tensor), "the mean gradient at the noisy copies, which the map shows"
            ) { [maps] _ in
                .object(TensorValue(smoothed, title: "mean gradient at noisy copies: \(maps.title)"))
            }
        ]
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
