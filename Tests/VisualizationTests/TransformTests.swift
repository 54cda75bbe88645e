import Compute
import Images
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct TransformTests {
    static let size = PixelSize(width: 9, height: 8)
    static let lists: [[Transform]] = [
        [],
        [.jitter(pixels: 4)],
        [.shift(pixels: 2.5)],
        [.scale(factor: .uniform(lower: 0.6, upper: 1.8))],
        [.view(part: .oneOf(values: [0.5, 1.3]))],
        [.pad(pixels: 3, value: 0.5), .jitter(pixels: 5), .rotate(degrees: .uniform(lower: -40, upper: 40))],
        [.blur(deviation: Schedule(from: 2, to: 0.5), size: 5)],
        [.colorShift(gain: 0.5, offset: 0.5)],
        [.noise(deviation: .constant(0.3)), .channelNoise(deviation: .constant(0.2))],
        [.clamp(lower: -0.5, upper: 0.7)],
        Procedure.vitrine(inputSize: 9).transforms + [.blur(deviation: .constant(1), size: 3)],
        Procedure.lucid.transforms,
        [.roll(pixels: 30)],
        [.flip, .shift(pixels: 1), .roll(pixels: 2)],
        [.crop(part: .uniform(lower: 0.3, upper: 0.9))],
    ]

    /// A crop of a half shows half of the values of a ramp, from one end to the other as often as anything between, and
    /// nothing mirrored.
    @Test func cropShowsAPartFromAnywhereInThePicture() {
        let (width, height) = (40, 8)
        let ramp = (0..<3 * width * height).map { Float($0 % width) }
        let chain = TransformChain(
            [.crop(part: .oneOf(values: [0.5]))], size: PixelSize(width: width, height: height), pictures: 1)
        var firsts: [Float] = []
        for step in UInt64(1)...200 {
            prepare(chain, 0, seed: 3, step: step)
            let row = Array(forward(chain, 0, ramp)[0..<width])
            // At an end of the picture the outermost half pixel is flat.
            #expect(abs(row[width - 1] - row[0] - Float(width - 1) / 2) < 0.3, "half of the ramp, rising all along")
            firsts.append(row[0])
        }
        // The first pixel's center lies a quarter of a pixel into the part: −.25 at the left end, 19.75 at the right.
        #expect(firsts.min()! > -0.3 && firsts.min()! < 1)
        #expect(firsts.max()! < 19.8 && firsts.max()! > 18.5)
        #expect(abs(firsts.reduce(0, +) / 200 - 9.75) < 1.5)
    }

    /// ⟨J v, w⟩ = ⟨v, Jᵀ w⟩, with J v by differences.
    ///
    /// Every transform but the clamp is affine, so that the
    /// difference is exact whatever its length.
    @Test(arguments: lists.indices) func gradientIsTranspose(_ index: Int) {
        let list = Self.lists[index]
        let count = 3 * Self.size.width * Self.size.height
        let (point, direction) = (normals(count, seed: 1), normals(count, seed: 2))
        let weights = normals(count, seed: 3)
        let isClamp = index == 9
        let length: Float = isClamp ? 1e-3 : 1
        let chain = TransformChain(list, size: Self.size, pictures: 2)
        prepare(chain, 1, seed: 5, step: 3)
        let ahead = forward(chain, 1, zip(point, direction).map { $0 + length * $1 })
        let here = forward(chain, 1, point)
        let change = zip(ahead, here).map { ($0 - $1) / length }
        chain.gradient(1) { target in
            for place in 0..<count { target[place] = weights[place] }
        }
        let gradient = Array(UnsafeBufferPointer(start: chain.planes(1), count: count))
        let (left, right) = (dot(change, weights), dot(direction, gradient))
        #expect(abs(left - right) < (isClamp ? 5e-2 : 1e-3), "\(left) is not \(right)")
    }

    /// The same seed and step give the same bytes, wherever the picture stands in a batch.
    @Test(arguments: lists.indices) func drawsFromSeedAndStep(_ index: Int) {
        let picture = normals(3 * Self.size.width * Self.size.height, seed: 1)
        let alone = TransformChain(Self.lists[index], size: Self.size, pictures: 1)
        let batch = TransformChain(Self.lists[index], size: Self.size, pictures: 3)
        for place in 0..<3 { prepare(batch, place, seed: UInt64(place), step: 7) }
        prepare(alone, 0, seed: 2, step: 7)
        let result = forward(alone, 0, picture)
        #expect(forward(batch, 2, picture) == result)
        #expect(forward(alone, 0, picture) == result)
        guard ![0, 6, 9].contains(index) else { return }
        prepare(alone, 0, seed: 2, step: 8)
        #expect(forward(alone, 0, picture) != result)
    }

    /// Every pixel is kept; it only moves, round the edges.
    @Test func aRollKeepsEveryPixel() {
        let chain = TransformChain([.roll(pixels: 30)], size: Self.size, pictures: 1)
        let picture = (0..<3 * 72).map(Float.init)
        var places: Set<Int> = []
        for step in UInt64(1)...20 {
            prepare(chain, 0, seed: 5, step: step)
            let rolled = forward(chain, 0, picture)
            #expect(rolled.sorted() == picture)
            let start = Int(rolled[0])
            #expect(rolled[72] == Float(start + 72), "channels move together")
            let (row, column) = (start / 9, start % 9)
            #expect(rolled[1] == Float(row * 9 + (column + 1) % 9) && rolled[9] == Float((row + 1) % 8 * 9 + column))
            places.insert(start)
        }
        #expect(places.count > 10)
    }

    /// A mirrored picture or the picture itself, each about as often.
    @Test func aFlipMirrorsEveryOtherTime() {
        let chain = TransformChain([.flip], size: Self.size, pictures: 1)
        let picture = normals(3 * 72, seed: 1)
        let mirrored = (0..<24).flatMap { row in picture[row * 9..<row * 9 + 9].reversed() }
        var flips = 0
        for step in UInt64(1)...40 {
            prepare(chain, 0, seed: 5, step: step)
            let result = forward(chain, 0, picture)
            let isFlipped = largestDifference(result, mirrored) < 1e-5
            #expect(isFlipped || largestDifference(result, picture) < 1e-5)
            if isFlipped { flips += 1 }
        }
        #expect((8...32).contains(flips))
    }

    /// Jitter goes to both sides, and as far as it may.
    @Test func jitterGoesBothWays() {
        var shifts = Set<Int>()
        let chain = TransformChain(
            [.pad(pixels: 2, value: 0), .jitter(pixels: 4)], size: Self.size, pictures: 1)
        // A picture of one bright pixel in the middle.
        var picture = [Float](repeating: 0, count: 3 * 72)
        picture[4 * 9 + 4] = 1
        for step in 1...200 {
            prepare(chain, 0, seed: 1, step: UInt64(step))
            let place = forward(chain, 0, picture).firstIndex { $0 > 0.9 } ?? 0
            shifts.insert(place % 9 - 4)
        }
        #expect(shifts == [-2, -1, 0, 1, 2])
    }

    @Test func noiseIsNearlyNormal() {
        let count = 200_003
        var values = [Float](repeating: 1, count: count)
        NoiseSource(key: 0x1234_5678_9ABC_DEF0).add(0.5, to: values, into: &values, 0..<count)
        let noise = values.map { Double($0) - 1 }
        let mean = noise.reduce(0, +) / Double(count)
        let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(count)
        let fourth = noise.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(count)
        #expect(abs(mean) < 0.005)
        #expect(abs(variance.squareRoot() - 0.5) < 0.005)
        #expect(abs(fourth / (variance * variance) - 2.85) < 0.05)
        // Neighbors know nothing of each other.
        let neighbors = zip(noise, noise.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        #expect(abs(neighbors) < 0.002)
        var others = [Float](repeating: 1, count: count)
        NoiseSource(key: 0x1234_5678_9ABC_DEF1).add(0.5, to: others, into: &others, 0..<count)
        let likeness = zip(noise, others).reduce(0) { $0 + $1.0 * Double($1.1 - 1) } / Double(count)
        #expect(abs(likeness) < 0.002)
    }

    @Test func schedulesGoFromStartToEnd() {
        #expect(Schedule(from: 2, to: 1).value(at: 0.25) == 1.75)
        let cosine = Schedule(from: 2, to: 1, shape: .cosine)
        #expect(cosine.value(at: 0) == 2)
        #expect(abs(cosine.value(at: 0.25) - (2 - 0.146_446_6)) < 1e-5)
        #expect(cosine.value(at: 1) == 1)
        #expect(Schedule.constant(3).value(at: 0.4) == 3)
    }

    private func prepare(_ chain: TransformChain, _ index: Int, seed: UInt64, step: UInt64) {
        var random = RandomSource(seed: seed, stream: step)
        chain.prepare(index, random: &random, progress: 0.5)
    }

    private func forward(_ chain: TransformChain, _ index: Int, _ picture: [Float]) -> [Float] {
        for (place, value) in picture.enumerated() { chain.planes(index)[place] = value }
        var result: [Float] = []
        chain.forward(index) { result = Array(UnsafeBufferPointer(start: $0, count: picture.count)) }
        return result
    }
}
