import Images

/// A sheet of neurons' own pictures beside the parts of the photograph that drive them.
extension StrongestNeurons {
    /// Returns each neuron's picture beside the part of the photograph that drives it most, with the patch framed.
    ///
    /// - Parameters:
    ///   - pictures: one picture for each finding, in order.
    ///   - names: the neurons' names: "neuron 42", or a class.
    /// - Precondition: there are as many pictures and names as findings.
    public func sheet(beside pictures: [Image], names: [String]) -> ContactSheet {
        precondition(names.count == findings.count, "\(names.count) names of \(findings.count) neurons")
        precondition(pictures.count == findings.count, "\(pictures.count) pictures of \(findings.count) neurons")
        let entries = zip(findings, pictures).enumerated().map { index, pair in
            let (finding, picture) = pair
            let left = HeatMap.enlarged(picture)
            let right = surroundings(of: index, within: PixelSize(width: left.width, height: left.height))
            var both = Image(
                width: left.width + Self.gap + right.width, height: max(left.height, right.height),
                color: ContactSheet.background)
            both.put(left, left: 0, top: 0)
            both.put(right, left: left.width + Self.gap, top: 0)
            return ContactSheet.Entry(both, caption: finding.caption(named: names[index]))
        }
        return ContactSheet(
            entries, title: "\(usual.model) \(usual.layer): strongest against \(usual.words)",
            columns: entries.count < 4 ? 1 : 2)
    }

    /// Returns the patch of a finding with two patches around it, or the whole photograph if the finding has no patch.
    ///
    /// - Parameter side: the side of the square that the picture fits into, in pixels.
    public func surroundings(of index: Int, side: Int) -> Image {
        surroundings(of: index, within: PixelSize(side: side))
    }

    /// Returns the surroundings as large as fits into a size, with the aspect ratio kept.
    func surroundings(of index: Int, within size: PixelSize) -> Image {
        func fitted(_ image: Image) -> Image {
            let (across, down) = (Double(size.width) / Double(image.width), Double(size.height) / Double(image.height))
            let factor = min(across, down)
            return image.resized(
                width: max(Int((Double(image.width) * factor).rounded()), 1),
                height: max(Int((Double(image.height) * factor).rounded()), 1), by: .lanczos)
        }
        guard let patch = findings[index].patch, maps.indices.contains(index) else { return fitted(photograph) }
        let grid = maps[index].values.shape
        func part(_ place: Int, of count: Int) -> Range<Int> {
            let width = min(Self.patchesAround, count)
            let start = min(max(place - width / 2, 0), count - width)
            return start..<start + width
        }
        let (rows, columns) = (part(patch.row, of: grid[0]), part(patch.column, of: grid[1]))
        let (height, width) = (photograph.height, photograph.width)
        let crop = photograph.cropped(
            columns: columns.lowerBound * width / grid[1]..<columns.upperBound * width / grid[1],
            rows: rows.lowerBound * height / grid[0]..<rows.upperBound * height / grid[0])
        let large = fitted(crop)
        func frame(_ place: Int, in part: Range<Int>, _ side: Int) -> Range<Int> {
            (place - part.lowerBound) * side / part.count..<(place - part.lowerBound + 1) * side / part.count
        }
        return large.framed(
            columns: frame(patch.column, in: columns, large.width), rows: frame(patch.row, in: rows, large.height))
    }

    /// How many patches are shown in each direction.
    private static var patchesAround: Int { 5 }
    private static var gap: Int { 4 }
}

extension StrongestNeurons.Finding {
    /// Returns the caption: "neuron 42, patch 27\n5.31 deviations above its mean".
    fileprivate func caption(named name: String) -> String {
        "\(name)\(patch.map { ", patch \($0.index)" } ?? "")\n\(zWords) deviations above its mean"
    }
}
