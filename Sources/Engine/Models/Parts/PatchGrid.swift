import Downloads
import Images
import Platform

/// How the patches lie that a model's positions, or its layers over the tokens, were learned for.
///
/// Tensors tell how many there are. How many rows they make is told by a configuration or by the size that was asked for;
/// else they make a square.
struct PatchGrid {
    /// Rows of patches.
    let rows: Int
    /// Patches in a row.
    let columns: Int
    /// Which of the possible numbers of patches it is.
    let candidate: Int
    /// What was assumed, for the card; nil where nothing was.
    let note: String?

    /// The grid of one of several possible numbers of patches, the likeliest first.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when none makes a grid, or a configuration says
    ///   another number.
    init(_ counts: [Int], _ configuration: Configuration, patch: PixelSize) throws(EngineError) {
        func grid(_ size: PixelSize) -> (rows: Int, columns: Int) {
            (size.height / max(patch.height, 1), size.width / max(patch.width, 1))
        }
        // A configuration knows; who asks for a size with as many patches as there are says how they lie.
        let told = [configuration.storedSize, configuration.requestedSize].compactMap(\.self).map(grid)
        for (rows, columns) in told {
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
        // 8 × 10 patches and a class token are as many as 9 × 9 patches without one.
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

    private init(rows: Int, columns: Int, candidate: Int, note: String?) {
        (self.rows, self.columns, self.candidate, self.note) = (rows, columns, candidate, note)
    }

    /// The picture for a model whose positions can be stretched: what was asked for, what a configuration says, or the
    /// grid's own.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where that is no multiple of the patch.
    func size(_ configuration: Configuration, patch: PixelSize) throws(EngineError) -> PixelSize {
        let own = PixelSize(width: columns * patch.width, height: rows * patch.height)
        guard let wanted = configuration.requestedSize ?? configuration.inputSize ?? configuration.storedSize else {
            return own
        }
        let isOwn = wanted.width / patch.width == columns && wanted.height / patch.height == rows
        // A framework's patches leave out what is left over at the edge: 384 pixels are 27 patches of 14.
        if isOwn || (wanted == configuration.storedSize && fits(wanted, patch)) { return wanted }
        guard fits(wanted, patch), wanted.width % patch.width == 0, wanted.height % patch.height == 0 else {
            throw Self.noMultiple(wanted, patch)
        }
        return wanted
    }

    /// The picture for a model whose layers are made for its number of patches.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where another one is asked for.
    func fixedSize(_ configuration: Configuration, patch: PixelSize) throws(EngineError) -> PixelSize {
        let own = PixelSize(width: columns * patch.width, height: rows * patch.height)
        func isOwn(_ size: PixelSize) -> Bool {
            size.width / patch.width == columns && size.height / patch.height == rows
        }
        if let requested = configuration.requestedSize, !isOwn(requested) {
            throw .invalidValue(
                what: "The size", found: requested.isSquare ? "\(requested.width) pixels" : requested.words,
                expected: "\(own.cell): this model mixes its patches by weights that are made for their number")
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
            expected: "told by the picture's height and width: for \(words(others)), "
                + "`load(path, size: \(size(first, patch).cell))`")
    }

    private static func size(_ grid: (rows: Int, columns: Int), _ patch: PixelSize) -> PixelSize {
        PixelSize(width: grid.columns * patch.width, height: grid.rows * patch.height)
    }

    private static func words(_ grids: [(rows: Int, columns: Int)]) -> String {
        grids.map { "\($0.rows) × \($0.columns) patches" }.joined(separator: " or ")
    }

    /// The nearest to a square among the rectangles of `count` patches, taller and wider; none where one side would be more
    /// than four times the other.
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
    /// The product, or -1 where it is beyond all integers.
    fileprivate func multiplied(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? -1 : product
    }
}
