/// A picture on which antialiased lines are drawn.
package struct PlotCanvas {
    /// The picture so far.
    package private(set) var image: Image
    /// The part to which lines are clipped; nil for the whole picture.
    var clip: (columns: Range<Int>, rows: Range<Int>)?
    /// How much of each pixel the current line covers, 0…1, so that its own crossings are not darker.
    private var coverage: [Float]

    /// Creates a canvas of one color.
    package init(_ size: PixelSize, background: SIMD3<UInt8>) {
        image = Image(width: size.width, height: size.height, color: background)
        coverage = [Float](repeating: 0, count: size.width * size.height)
    }

    /// Fills a rectangle of pixels.
    mutating func fill(columns: Range<Int>, rows: Range<Int>, _ color: SIMD3<UInt8>) {
        for y in rows.clamped(to: 0..<image.height) {
            for x in columns.clamped(to: 0..<image.width) { image[x, y] = color }
        }
    }

    /// Writes a text with its left edge at `left` and its baseline at `baseline`, in pixels.
    mutating func write(
        _ text: String, _ lettering: Lettering, left: Double, baseline: Double, color: SIMD3<UInt8>
    ) {
        lettering.draw(text, on: &image, left: left, baseline: baseline, color: color)
    }

    /// Copies a picture onto the canvas, its top left corner at `left`, `top`.
    package mutating func put(_ picture: Image, left: Int, top: Int) { image.put(picture, left: left, top: top) }

    /// Draws polylines through points in pixels.
    package mutating func draw(
        _ runs: [[SIMD2<Double>]], _ stroke: LinePlot.Line.Stroke, color: SIMD3<UInt8>, width: Double
    ) {
        for run in runs {
            if run.count == 1 { cover(from: run[0], to: run[0], radius: width / 2) }
            for piece in stroke.pieces(of: run, width: width) {
                for (start, end) in zip(piece, piece.dropFirst()) { cover(from: start, to: end, radius: width / 2) }
            }
        }
        paint(color)
    }

    /// Draws a dot at each point in pixels.
    package mutating func dots(_ places: [SIMD2<Double>], radius: Double, color: SIMD3<UInt8>) {
        for place in places { cover(from: place, to: place, radius: radius) }
        paint(color)
    }

    private mutating func cover(from start: SIMD2<Double>, to end: SIMD2<Double>, radius: Double) {
        let reach = radius + 1
        let columns = Self.pixels(min(start.x, end.x) - reach, max(start.x, end.x) + reach, clip?.columns, image.width)
        let rows = Self.pixels(min(start.y, end.y) - reach, max(start.y, end.y) + reach, clip?.rows, image.height)
        let segment = Segment(start: start, end: end)
        for y in rows {
            for x in columns {
                let center = SIMD2(Double(x) + 0.5, Double(y) + 0.5)
                let covered = Float(min(max(radius + 0.5 - segment.squaredDistance(from: center).squareRoot(), 0), 1))
                let place = y * image.width + x
                coverage[place] = max(coverage[place], covered)
            }
        }
    }

    private static func pixels(_ low: Double, _ high: Double, _ clip: Range<Int>?, _ count: Int) -> Range<Int> {
        let range = (clip ?? 0..<count).clamped(to: 0..<count)
        let start = Int(min(max(low, Double(range.lowerBound)), Double(range.upperBound)))
        let end = Int(min(max(high.rounded(.up), Double(start)), Double(range.upperBound)))
        return start..<max(start, end)
    }

    /// Paints the covered pixels with a color, and clears the coverage.
    private mutating func paint(_ color: SIMD3<UInt8>) {
        for place in coverage.indices where coverage[place] > 0 {
            let share = coverage[place]
            for channel in 0..<3 {
                let below = Float(image.pixels[place * 3 + channel])
                image.pixels[place * 3 + channel] =
                    UInt8((below + (Float(color[channel]) - below) * share).rounded())
            }
            coverage[place] = 0
        }
    }
}

extension LinePlot.Line.Stroke {
    /// Returns the drawn pieces of a polyline: the whole, its dashes or its dots.
    func pieces(of run: [SIMD2<Double>], width: Double) -> [[SIMD2<Double>]] {
        let (drawn, gap): (Double, Double)
        switch self {
        case .solid: return [run]
        case .dashed: (drawn, gap) = (width * 3.2, width * 2.6)
        case .dotted: (drawn, gap) = (width * 0.1, width * 2.2)
        }
        var pieces: [[SIMD2<Double>]] = []
        var (isDrawing, left) = (true, drawn)
        var piece = run.first.map { [$0] } ?? []
        for (start, end) in zip(run, run.dropFirst()) {
            let line = end - start
            let length = (line * line).sum().squareRoot()
            var done = 0.0
            while length - done > left {
                done += left
                let place = start + line * (done / length)
                if isDrawing { pieces.append(piece + [place]) }
                piece = [place]
                isDrawing.toggle()
                left = isDrawing ? drawn : gap
            }
            left -= length - done
            if isDrawing { piece.append(end) }
        }
        if isDrawing, piece.count > 1 { pieces.append(piece) }
        return pieces
    }
}
