import Compute
import Images
import TestSupport
import Testing
import Visualization

/// One picture that several threads work on is the one that a thread makes alone, bit for bit.
@Suite(.timeLimit(.minutes(10))) struct SharedPictureTests {
    private static let teams = [2, 3, 5].map { ThreadTeam(count: $0) }
    private static let (width, height) = (21, 18)
    private static let count = 3 * width * height

    @Test(arguments: ParameterizationTests.kinds.indices) func parameterizations(_ kind: Int) {
        func run(_ team: ThreadTeam) -> [[Float]] {
            let state = ParameterizationTests.kinds[kind].makeState(
                seeds: [1, 2], width: Self.width, height: Self.height, lanes: PictureLanes(team))
            state.parameters.fill(normals(state.parameters.count, seed: 3))
            let (picture, gradient) = (FloatBuffer(count: Self.count), FloatBuffer(count: Self.count))
            gradient.fill(normals(Self.count, seed: 4))
            state.draw(1, into: picture.pointer, lane: 0, team)
            state.pullBack(1, picture: picture.pointer, pictureGradient: gradient.pointer, lane: 0, team)
            return [picture.values, state.gradient.values]
        }
        let alone = run(ThreadTeam(count: 1))
        for team in Self.teams { #expect(run(team) == alone) }
    }

    @Test(arguments: TransformTests.lists.indices) func transforms(_ list: Int) {
        func run(_ team: ThreadTeam) -> [[Float]] {
            let size = PixelSize(width: Self.width, height: Self.height)
            let chain = TransformChain(TransformTests.lists[list], size: size, pictures: 2)
            var random = RandomSource(seed: 5, stream: 3)
            chain.prepare(1, random: &random, progress: 0.5)
            let (result, weights) = (FloatBuffer(count: Self.count), FloatBuffer(count: Self.count))
            weights.fill(normals(Self.count, seed: 2))
            for (place, value) in normals(Self.count, seed: 1).enumerated() { chain.planes(1)[place] = value }
            chain.forward(1, team) { result.pointer.update(from: $0, count: Self.count) }
            chain.gradient(1, team) { $0.update(from: weights.pointer, count: Self.count) }
            return [result.values, Array(UnsafeBufferPointer(start: chain.planes(1), count: Self.count))]
        }
        let alone = run(ThreadTeam(count: 1))
        for team in Self.teams { #expect(run(team) == alone) }
    }

    @Test(arguments: [(21, 18), (30, 11), (8, 9)]) func fit(width: Int, height: Int) {
        func run(_ team: ThreadTeam) -> [[Float]] {
            let fit = Fit(
                from: PixelSize(width: Self.width, height: Self.height),
                to: PixelSize(width: width, height: height))
            let (picture, fitted) = (FloatBuffer(count: Self.count), FloatBuffer(count: 3 * width * height))
            let gradient = FloatBuffer(count: Self.count)
            picture.fill(normals(Self.count, seed: 1))
            fit.forward(input: picture.pointer, output: fitted.pointer, team)
            fit.gradient(outputGradient: fitted.pointer, inputGradient: gradient.pointer, team)
            return [fitted.values, gradient.values]
        }
        let alone = run(ThreadTeam(count: 1))
        for team in Self.teams { #expect(run(team) == alone) }
    }
}
