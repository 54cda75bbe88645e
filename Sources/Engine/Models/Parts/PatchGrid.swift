import Downloads
import Images
import Platform

/// The grid of patches that a model's positions, or its layers over the tokens, were learned for.
///
/// Tensors determine the number of patches. A configuration or the requested size determines the number of rows;
/// otherwise the grid is a square.
struct PatchGrid {
    /// The number of rows.
    let rows: Int
    /// The number of patches in a row.
    let columns: Int
    /// The index of the grid's number of patches among the possible ones.
    let candidate: Int
    /// A note for the model's card about what was assumed; nil if nothing was.
    let note: String?

    /// Creates the grid of one of several possible numbers of patches, of which the likeliest comes first.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when none of them forms a grid, or a configuration
    ///   contradicts them.
    init(_ counts: [Int], _ configuration: Configuration, patch: PixelSize) throws(EngineError) {
        func grid(_ size: PixelSize) -> (rows: Int, columns: Int) {
            (size.height / max(patch.height, 1), size.width / max(patch.width, 1))
        }
        // A configuration determines the grid, and so does a requested size with the same number of patches.
        let stated = [configuration.storedSize, configuration.requestedSize].compactMap(\.self).map(grid)
        for (rows, columns) in stated {
            if rows > 0, columns > 0, let candidate = counts.firstIndex(of: rows.multiplied(by: columns)) {
                self.init(rows: rows, columns: columns, candidate: candidate, note: nil)
                return
            }
        }
        if let source = configuration.storedSizeSource, let stored = configuration.storedSize {
            throw .invalidValue(
                what: source, found: "\(stored.words), which is \(grid(stored).rows) × \(grid(stored).columns) patches",
                expected: "as many patches as the weights have: \(counts.map { "\($0)" }.joined(separator: " or "))")
        }
        guard let candidate = counts.firstIndex(where: { Self.side($0) != nil }),
            let side = Self.side(counts[candidate])
        else { throw Self.noSquare(counts[0], patch) }
        // 8 × 10 patches and a class token have as many positions as 9 × 9 patches.
        let others = Self.rectangles(counts[0])
        let isCertain = candidate == 0 || others.isEmpty || configuration.storedSize != nil
        self.init(
            rows: side, columns: side, candidate: candidate,
            note: isCertain
                ? nil
                : "The file does not say how its patches are arranged; \(side) × \(side) are assumed, and special tokens without "
                    + "positions. If they are \(Self.words(others)) with positions for special tokens too, load it as "
                    + "`load(path, size: \(Self.size(others[0], patch).cell))`.")
    }

    /// Creates the grid of a model whose tensors do not determine its number of patches.
    init(rows: Int, columns: Int) { self.init(rows: rows, columns: columns, candidate: 0, note: nil) }

    /// Creates the grid of a picture of `size` pixels.
    init(_ size: PixelSize, patch: PixelSize) {
        self.init(
            rows: max(size.height / max(patch.height, 1), 1), columns: max(size.width / max(patch.width, 1), 1),
            candidate: 0, note: nil)
    }

    private init(rows: Int, columns: Int, candidate: Int, note: String?) {
        (self.rows, self.columns, self.candidate, self.note) = (rows, columns, candidate, note)
    }

    /// Returns the input size of a model whose positions can be resampled: the requested size, that of a configuration,
    /// or the grid's own.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if it is not a multiple of the patch.
    func size(_ configuration: Configuration, patch: PixelSize) throws(EngineError) -> PixelSize {
        let own = PixelSize(width: columns * patch.width, height: rows * patch.height)
        guard let wanted = configuration.requestedSize ?? configuration.inputSize ?? configuration.storedSize else {
            return own
        }
        let isOwn = wanted.width / patch.width == columns && wanted.height / patch.height == rows
        // Frameworks leave out the pixels at the edge that do not fill a patch: 384 pixels are 27 patches of 14.
        if isOwn || (wanted == configuration.storedSize && fits(wanted, patch)) { return wanted }
        guard fits(wanted, patch), wanted.width % patch.width == 0, wanted.height % patch.height == 0 else {
            throw Self.noMultiple(wanted, patch)
        }
        return wanted
    }

    /// Returns the input size of a model whose layers fit only its number of patches.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if another size was requested.
    func fixedSize(_ configuration: Configuration, patch: PixelSize) throws(EngineError) -> PixelSize {
        let own = PixelSize(width: columns * patch.width, height: rows * patch.height)
        func isOwn(_ size: PixelSize) -> Bool {
            size.width / patch.width == columns && size.height / patch.height == rows
        }
        if let requested = configuration.requestedSize, !isOwn(requested) {
            throw .invalidValue(
                what: "The size", found: requested.isSquare ? "\(requested.width) pixels" : requested.words,
                expected: "\(own.cell): the weights that mix this model's patches fit no other number of patches")
        }
        let wanted = configuration.requestedSize ?? configuration.storedSize
        return wanted.map { isOwn($0) ? $0 : own } ?? own
    }

    private func fits(_ size: PixelSize, _ patch: PixelSize) -> Bool {
        size.width >= patch.width && size.height >= patch.height
    }

    private static func noMultiple(_ size: PixelSize, _ patch: PixelSize) -> EngineError {
        guard size.isSquare, patch.isSquare else {
            let near = PixelSize(
                width: max(size.width / patch.width, 1) * patch.width,
                height: max(size.height / patch.height, 1) * patch.height)
            return .invalidValue(
                what: "The size", found: size.words,
                expected: "a multiple of the patch, which is \(patch.words): \(near.cell)")
        }
        let (wanted, patch) = (size.width, patch.width)
        return .invalidValue(
            what: "The size", found: "\(wanted) pixels",
            expected: "a multiple of the patch, which is \(patch) pixels: "
                + "\(max(wanted / patch, 1) * patch) or \((wanted / patch + 1) * patch)")
    }

    private static func noSquare(_ count: Int, _ patch: PixelSize) -> EngineError {
        let others = rectangles(count)
        guard count > 0, let first = others.first else {
            return .invalidValue(
                what: "The number of patches", found: "\(count)", expected: "a grid, such as 196 = 14 × 14")
        }
        return .invalidValue(
            what: "The number of patches", found: "\(count), which is not a square",
            expected: "given by the picture's height and width: for \(words(others)), "
                + "`load(path, size: \(size(first, patch).cell))`")
    }

    private static func size(_ grid: (rows: Int, columns: Int), _ patch: PixelSize) -> PixelSize {
        PixelSize(width: grid.columns * patch.width, height: grid.rows * patch.height)
    }

    private static func words(_ grids: [(rows: Int, columns: Int)]) -> String {
        grids.map { "\($0.rows) × \($0.columns) patches" }.joined(separator: " or ")
    }

    /// Returns the rectangles of `count` patches that are closest to a square, tall and wide; none if one side would be
    /// more than four times the other.
    private static func rectangles(_ count: Int) -> [(rows: Int, columns: Int)] {
        guard count > 0, count < 1 << 32 else { return [] }
        var shorter = Int(Double(count).squareRoot())
        while shorter > 1, count % shorter != 0 || shorter * shorter == count { shorter -= 1 }
        guard count / shorter <= 4 * shorter, count / shorter != shorter else { return [] }
        return [(count / shorter, shorter), (shorter, count / shorter)]
    }

    private static func side(_ count: Int) -> Int? {
        let side = Int(Double(max(count, 0)).squareRoot().rounded())
        return side > 0 && side.multiplied(by: side) == count ? side : nil
    }
}

extension Int {
    /// Returns the product, or -1 if it overflows.
    fileprivate func multiplied(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? -1 : product
    }
}
