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
    /// Maps of layers with grids of their own may have several sizes.
    ///
    /// - Precondition: there is at least one map.
    public init(_ title: String, maps: [HeatMap], of photograph: Image) {
        precondition(!maps.isEmpty, "a sheet without maps")
        self.title = title
        self.maps = maps
        self.photograph = photograph
    }

    /// `[maps, rows, columns]`, of patches or of pixels; of maps of several sizes, each is repeated to the rows and columns of
    /// the largest.
    public var values: Tensor {
        let rows = maps.map { $0.values.shape[0] }.max() ?? 0
        let columns = maps.map { $0.values.shape[1] }.max() ?? 0
        return Tensor(
            maps.flatMap { $0.values.repeated(rows: rows, columns: columns) }, shape: [maps.count, rows, columns])
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

extension Tensor {
    /// Returns the elements of a matrix as one of more rows and columns, each repeated over the places that it covers.
    fileprivate func repeated(rows: Int, columns: Int) -> [Float] {
        guard shape != [rows, columns] else { return values }
        return (0..<rows * columns).map { place in
            let (row, column) = (place / columns, place % columns)
            return values[row * shape[0] / rows * shape[1] + column * shape[1] / columns]
        }
    }
}
