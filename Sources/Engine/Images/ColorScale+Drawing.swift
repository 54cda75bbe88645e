/// A scale as it stands below a picture: a bar of all colors, and numbers under its ends and its middle.
extension ColorScale {
    /// How many pixels high a drawn scale is.
    static func height(_ lettering: Lettering) -> Int {
        barHeight(lettering) + Int((lettering.capital * 1.9).rounded(.up))
    }

    /// Draws the scale with its corner at these pixels.
    ///
    /// - Precondition: it lies inside the picture.
    func draw(
        on image: inout Image, left: Int, top: Int, width: Int, lettering: Lettering, color: SIMD3<UInt8>
    ) {
        var bar = Image(width: width, height: Self.barHeight(lettering), color: .zero)
        for x in 0..<width {
            let share = width > 1 ? Float(x) / Float(width - 1) : 0
            let shade = range.lowerBound < range.upperBound ? map.color(at: share) : self.color(of: range.lowerBound)
            for y in 0..<bar.height { bar[x, y] = shade }
        }
        image.put(bar, left: left, top: top)
        let baseline = Double(top + bar.height) + lettering.capital * 1.55
        for (text, place) in Self.placed(labels, width: Double(width), lettering: lettering) {
            lettering.draw(text, on: &image, left: Double(left) + place, baseline: baseline, color: color)
        }
    }

    private static func barHeight(_ lettering: Lettering) -> Int { max(Int(lettering.capital * 0.8), 5) }

    /// Where each label starts; the middle one is left out where it would touch the others.
    private static func placed(
        _ labels: [String], width: Double, lettering: Lettering
    ) -> [(text: String, left: Double)] {
        guard labels.count == 3 else { return labels.map { ($0, 0) } }
        let widths = labels.map(lettering.width(of:))
        let lefts = [0, (width - widths[1]) / 2, width - widths[2]]
        let gap = lettering.capital * 0.6
        let hasRoom = lefts[1] >= widths[0] + gap && lefts[1] + widths[1] + gap <= lefts[2]
        return zip(labels, lefts).enumerated().filter { hasRoom || $0.offset != 1 }.map { ($1.0, $1.1) }
    }
}
