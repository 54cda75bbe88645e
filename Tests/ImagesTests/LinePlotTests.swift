import Images
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LinePlotTests {
    @Test func ticksAreRound() {
        let shares = Ticks(in: 0...1, atMost: 6)
        #expect(shares.labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(Ticks(in: 1...1500, atMost: 6).labels == ["500", "1000", "1500"])
        #expect(Ticks(in: 0...50000, atMost: 6).labels == ["0", "10,000", "20,000", "30,000", "40,000", "50,000"])
        #expect(Ticks(in: -0.02...0.03, atMost: 6).labels == ["−0.02", "−0.01", "0.00", "0.01", "0.02", "0.03"])
        #expect(Ticks(in: 0...3e6, atMost: 4).labels == ["0", "1e6", "2e6", "3e6"])
        #expect(Ticks(in: 0...2e-6, atMost: 5).labels == ["0", "0.5e−6", "1.0e−6", "1.5e−6", "2.0e−6"])
    }

    @Test func whatIsCountedHasTicksAtWholeNumbers() {
        #expect(Ticks(in: 0...2, atMost: 9, areWhole: true).values == [0, 1, 2])
        #expect(Ticks(in: 0...2, atMost: 9).values == [0, 0.5, 1, 1.5, 2])
        #expect(Ticks(in: 0.2...0.8, atMost: 9, areWhole: true).values.isEmpty)
    }

    @Test func axesReachRoundNumbersAndHaveAnExtent() {
        let plot = LinePlot([.init("", values: [0.13, 0.87])])
        #expect(plot.yRange == 0...1 && plot.xRange == 0...1)
        let even = LinePlot([.init("", values: [4, 4, 4])])
        #expect(even.yRange.lowerBound < 4 && even.yRange.upperBound > 4)
        #expect(LinePlot([]).yRange == 0...1)
        #expect(LinePlot([.init("", values: [.nan, .infinity])]).yRange == 0...1)
    }

    /// A line from corner to corner crosses the middle of the field, in its color, and nothing is off the diagonal.
    @Test func aLineRunsWhereItsPointsAre() {
        func picture(_ lines: [LinePlot.Line]) -> Image {
            LinePlot(lines, xRange: 0...1, yRange: 0...1, countsX: false, size: .init(width: 300, height: 200)).image
        }
        let blue: SIMD3<UInt8> = [0, 114, 178]
        let ground = picture([])
        let places = inked(picture([.init("", points: [[0, 0], [1, 1]])]), against: ground)
        #expect(places.contains { $0.color == blue })
        let (first, last) = (places.min { $0.x < $1.x }, places.max { $0.x < $1.x })
        #expect((first?.y ?? 0) > (last?.y ?? 0))
        let flat = inked(picture([.init("", points: [[0, 0.5], [1, 0.5]])]), against: ground)
        #expect(Set(flat.map(\.y)).count <= 4)
        // Far outside of the axes nothing is drawn.
        #expect(inked(picture([.init("", points: [[0, 5], [1, 5]])]), against: ground).isEmpty)
    }

    @Test func noNumberBreaksALine() {
        func columns(_ values: [Double]) -> Set<Int> {
            let size = PixelSize(width: 300, height: 200)
            let (range, across) = (0.0...1.0, 0.0...2.0)
            let plain = LinePlot([], xRange: across, yRange: range, size: size).image
            let line = LinePlot([.init("", values: values)], xRange: across, yRange: range, size: size).image
            return Set(inked(line, against: plain).map(\.x))
        }
        let (whole, broken) = (columns([0.5, 0.5, 0.5]), columns([0.5, .nan, 0.5]))
        #expect(broken.isSubset(of: whole))
        // Only its two ends are left, as dots.
        #expect(whole.count > 150 && broken.count < 12 && !broken.isEmpty)
    }

    @Test func dashesAndDotsLeaveGaps() throws {
        let ground = LinePlot([], xRange: 0...1, yRange: 0...1).image
        let counts = LinePlot.Line.Stroke.allCases.map { stroke in
            let line = LinePlot.Line("", points: [[0, 0.5], [0.5, 0.5], [1, 0.5]], stroke: stroke)
            return inked(LinePlot([line], xRange: 0...1, yRange: 0...1).image, against: ground).count
        }
        #expect(counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > 50)
    }

    @Test func longHistoriesAndSmallPicturesAreFine() throws {
        let values = normals(1500, seed: 3).enumerated().map { 3 * Double($0) / 1500 + Double($1) / 4 }
        let plot = LinePlot(
            [.init("neuron 42", values: values, first: 1), .init("neuron 7", values: values.reversed(), first: 1)],
            title: "blocks.5.mlp", xLabel: "step", yLabel: "activation")
        #expect(plot.image.width == 900)
        try Reference.show(plot.image, "line-plot")
        let small = LinePlot(plot.lines, title: "a title that is long", size: .init(width: 1, height: 1)).image
        #expect(small.width == 160 && small.height == 120)
        _ = LinePlot([.init("", values: [-1e300, 1e300])]).image
        _ = LinePlot([.init("", values: [1e-300, 2e-300])]).image
    }

    private func inked(
        _ image: Image, against ground: Image
    ) -> [(x: Int, y: Int, color: SIMD3<UInt8>)] {
        (0..<image.width * image.height).compactMap { place in
            let (x, y) = (place % image.width, place / image.width)
            return image[x, y] == ground[x, y] ? nil : (x, y, image[x, y])
        }
    }
}
