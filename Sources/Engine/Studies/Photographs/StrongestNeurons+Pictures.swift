/// A sheet of neurons' own pictures beside what drives them.
extension StrongestNeurons {
    /// Each neuron's picture beside the part of the photograph that drives it most, with the patch framed.
    ///
    /// - Parameters:
    ///   - pictures: one for each finding, in their order; a square each.
    ///   - names: what the neurons are called: "neuron 42", a class.
    /// - Precondition: there are as many pictures and names as findings.
    public func sheet(beside pictures: [Image], names: [String]) -> ContactSheet {
        precondition(names.count == findings.count, "\(names.count) names of \(findings.count) neurons")
        precondition(pictures.count == findings.count, "\(pictures.count) pictures of \(findings.count) neurons")
        let entries = zip(findings, pictures).enumerated().map { index, pair in
            let (finding, picture) = pair
            let left = HeatMap.enlarged(picture)
            let side = left.height
            let right = surroundings(of: index, side: side)
            var both = Image(width: 2 * side + Self.gap, height: side, colour: ContactSheet.ground)
            both.put(left, left: 0, top: 0)
            both.put(right, left: side + Self.gap, top: 0)
            return ContactSheet.Entry(both, caption: finding.caption(named: names[index]))
        }
        return ContactSheet(
            entries, title: "\(usual.model) \(usual.layer): strongest against \(usual.words)",
            columns: entries.count < 4 ? 1 : 2)
    }

    /// The patch that drives a finding with two patches around it, or the whole photograph where there is none.
    ///
    /// - Parameter side: in pixels.
    public func surroundings(of index: Int, side: Int) -> Image {
        guard let patch = findings[index].patch, maps.indices.contains(index) else {
            return photograph.resized(width: side, height: side, by: .lanczos)
        }
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
        let large = crop.resized(width: side, height: side, by: .lanczos)
        func frame(_ place: Int, in part: Range<Int>) -> Range<Int> {
            (place - part.lowerBound) * side / part.count..<(place - part.lowerBound + 1) * side / part.count
        }
        return large.framed(columns: frame(patch.column, in: columns), rows: frame(patch.row, in: rows))
    }

    /// How many patches are shown side by side.
    private static var patchesAround: Int { 5 }
    private static var gap: Int { 4 }
}

extension StrongestNeurons.Finding {
    /// "neuron 42, patch 27\n5.31 deviations above its mean".
    fileprivate func caption(named name: String) -> String {
        "\(name)\(patch.map { ", patch \($0.index)" } ?? "")\n\(zWords) deviations above its mean"
    }
}
