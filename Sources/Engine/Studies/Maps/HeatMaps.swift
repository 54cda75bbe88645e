import Compute
import Images

/// Several maps of one photograph, as numbers and as a sheet.
public struct HeatMaps: Sendable {
    /// The title: "vit blocks.5.mlp".
    public let title: String
    /// The maps.
    public let maps: [HeatMap]
    /// The part of the photograph that the model sees.
    public let photograph: Image

    /// Creates maps of a photograph.
    ///
    /// - Precondition: there is at least one map, and all have the same number of rows and columns.
    public init(_ title: String, maps: [HeatMap], of photograph: Image) {
        precondition(!maps.isEmpty, "a sheet without maps")
        precondition(maps.allSatisfy { $0.values.shape == maps[0].values.shape }, "maps of several sizes")
        self.title = title
        self.maps = maps
        self.photograph = photograph
    }

    /// `[maps, rows, columns]`, of patches or of pixels.
    public var values: Tensor {
        Tensor(maps.flatMap(\.values.values), shape: Shape([maps.count] + maps[0].values.shape.dimensions))
    }

    /// The same maps with one scale for all, so that their colors can be compared.
    public var withSharedScale: HeatMaps {
        let scale = ColorScale(for: maps.lazy.flatMap(\.values.values))
        return HeatMaps(title, maps: maps.map { $0.with(scale: scale) }, of: photograph)
    }

    /// The same maps with zero in the middle of every scale if it is in the middle of one, so that all maps have the
    /// same colors even if some neurons happen to be negative everywhere.
    package var withSharedColorMap: HeatMaps {
        guard Set(maps.map(\.scale.map)).count > 1 else { return self }
        let maps = maps.map { map in
            let numbers = map.values.values.filter(\.isFinite).map(abs)
            guard map.scale.map != .blueRed, let end = numbers.max(), end > 0 else { return map }
            return map.with(scale: ColorScale(for: map.values.values, range: -end...end))
        }
        return HeatMaps(title, maps: maps, of: photograph)
    }

    /// What the model sees, and the maps with their scales.
    public var sheet: ContactSheet {
        var image = HeatMap.enlarged(photograph)
        if let marked = maps[0].marked {
            image = image.framed(marked, rows: maps[0].values.shape[0], columns: maps[0].values.shape[1])
        }
        let seen = ContactSheet.Entry(image, caption: "what the model sees")
        return ContactSheet([seen] + maps.map(\.entry), title: title)
    }
}
