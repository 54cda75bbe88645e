import Cells
import Jupyter
import VitrineEngine

/// Heat maps of a tensor's numbers over the photograph that they were computed from.
struct TensorMaps: Sendable {
    /// The maps.
    let maps: HeatMaps
    /// The noun for an element of a map: "patch" or "pixel".
    var element = "patch"
    /// The mean gradient at noisy copies, which the map of a gradient shows.
    var smoothed: Tensor?

    /// The members of a tensor that has maps.
    var members: [Member<TensorValue>] {
        let ofMaps: [Member<TensorValue>] = [
            .property("map", .object(.heatMap), "the numbers over the photograph") { [maps] _ in
                maps.cellValues.first
            },
            .property("maps", .list(.object(.heatMap)), "all maps, if there are several") { [maps] _ in
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

    /// Returns the tensor's output with the maps.
    func bundle(plain: String) -> MIMEBundle {
        SheetDisplay(maps.sheet.image, title: maps.title, plain: self.plain(plain)).bundle
    }

    /// Appends the maps' numbers to the tensor's text.
    func plain(_ plain: String) -> String {
        plain + "\n" + HeatMapTable(maps: maps.maps, element: element).table.plain
    }
}
