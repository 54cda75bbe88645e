import Engine
import Testing

/// One picture that several threads work on is the one that a thread makes alone.
@Suite struct SharedPictureTests {
    private static let teams = [2, 3, 5].map { ThreadTeam(count: $0) }
    private static let (width, height) = (21, 18)
    private static let count = 3 * width * height

    @Test(arguments: ParameterizationTests.kinds.indices) func parameterizations(_ kind: Int) {
        func run(_ team: ThreadTeam) -> [[Float]] {
            let state = ParameterizationTests.kinds[kind].makeState(
                seeds: [1, 2], width: Self.width, height: Self.height)
            state.parameters.fill(normals(state.parameters.count, seed: 3))
            let (picture, gradient) = (FloatBuffer(count: Self.count), FloatBuffer(count: Self.count))
            gradient.fill(normals(Self.count, seed: 4))
            nonisolated(unsafe) let (shared, to, from) = (state, picture, gradient)
            team.run { member in
                shared.draw(1, into: to.pointer, lane: 0, member)
                member.meet()
                shared.pullBack(1, picture: to.pointer, pictureGradient: from.pointer, lane: 0, member)
            }
            return [picture.values, state.gradient.values]
        }
        let alone = run(ThreadTeam(count: 1))
        for team in Self.teams {
            for (one, other) in zip(run(team), alone) {
                #expect(largestDifference(one, other) < 1e-5 * (1 + (other.map(abs).max() ?? 0)))
            }
        }
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
            nonisolated(unsafe) let (shared, to, from) = (chain, result, weights)
            team.run { member in
                let part = member.part(of: Self.count)
                func copy(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
                    for place in part { target[place] = source[place] }
                }
                shared.forward(1, member) { copy($0, to.pointer) }
                member.meet()
                shared.gradient(1, member) { copy(from.pointer, $0) }
            }
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
            nonisolated(unsafe) let (shared, from, to, back) = (fit, picture, fitted, gradient)
            team.run { member in
                shared.forward(input: from.pointer, output: to.pointer, member)
                member.meet()
                shared.gradient(outputGradient: to.pointer, inputGradient: back.pointer, member)
            }
            return [fitted.values, gradient.values]
        }
        let alone = run(ThreadTeam(count: 1))
        for team in Self.teams { #expect(run(team) == alone) }
    }
}
