import Checkpoints
import Compute
import Foundation
import Platform
import TestSupport
import Testing

/// The training of a sparse autoencoder: by hand, by finite differences, and as PyTorch trains the same.
@Suite(.timeLimit(.minutes(10))) struct SparseTrainingTests {
    private let team = ThreadTeam(count: 1)

    private func reference() throws -> Safetensors {
        try Safetensors(path: Reference.root.appendingPathComponent("Tests/Fixtures/latents/training.safetensors").path)
    }

    /// Two latents along the axes keep the larger number of each row: (3, 1) misses (0, 1), (1, 2) misses (1, 0). The
    /// rows lie ±(1, −½) from their mean, so V = 2.5, and the gradient of x̂ is −2 / 2.5 times what is missing.
    @Test func aBatchByHand() throws {
        let axes: [Float] = [1, 0, 0, 1]
        let training = try SparseTraining(
            of: SparseAutoencoder(encoder: axes, bias: [0, 0], decoder: axes, offset: [0, 0]),
            SparseTrainingSettings(active: 1, deadAfter: 100), team: team)
        let loss = training.computeGradient(of: [3, 1, 1, 2])
        #expect(abs(loss.unexplained - 0.8) < 1e-6 && loss.auxiliary == 0 && loss.deadCount == 0)
        let gradient = training.gradient
        func isNear(_ found: [Float], _ expected: [Float]) -> Bool {
            zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 }
        }
        #expect(isNear(gradient.decoder, [0, -2.4, -1.6, 0]))
        // What is missing is orthogonal to the latent that was kept.
        #expect(isNear(gradient.encoder, [0, 0, 0, 0]) && isNear(gradient.bias, [0, 0]))
        #expect(isNear(gradient.offset, [-0.8, -0.8]))
    }

    /// A latent is dead after as many rows as that, and learns what the others miss.
    @Test func aLatentThatNothingActivatesDiesAndLearns() throws {
        let start = SparseAutoencoder(
            encoder: [1, 0, 0, 1], bias: [0, 0], decoder: [1, 0, 0, 1], offset: [0, 0])
        let training = try SparseTraining(of: start, SparseTrainingSettings(active: 1, deadAfter: 4), team: team)
        let rows: [Float] = [3, 1, 4, 2]
        #expect(training.step(rows, rate: 0).deadCount == 0)
        let loss = training.step(rows, rate: 0)
        #expect(loss.deadCount == 1 && training.deadCount == 1)
        // Both rows miss their second number, which the second latent has: nothing is left of it.
        #expect(loss.auxiliary == 0)
        #expect(loss.unexplained == 5)
        #expect(abs(loss.total - 5) < 1e-9)
    }

    @Test func theGradientIsThatOfFiniteDifferences() throws {
        // All latents are kept: where another one comes in, the loss jumps.
        var random = RandomSource(seed: 3)
        let start = SparseAutoencoder(count: 20, offset: [0.1, -0.2, 0, 0.3, 0.2, 0], random: &random)
        let rows = (0..<10 * 6).map { _ in random.normal() }
        func loss(_ parameters: SparseAutoencoder) throws -> Double {
            try SparseTraining(of: parameters, SparseTrainingSettings(active: 20, deadAfter: 1000), team: team)
                .computeGradient(of: rows).total
        }
        let training = try SparseTraining(
            of: start, SparseTrainingSettings(active: 20, deadAfter: 1000), team: team)
        _ = training.computeGradient(of: rows)
        let gradient = training.gradient
        let paths: [(WritableKeyPath<SparseAutoencoder, [Float]>, [Int])] = [
            (\.encoder, [0, 7, 50, 119]), (\.bias, [0, 3, 19]), (\.decoder, [0, 13, 60, 118]), (\.offset, [0, 2, 5]),
        ]
        let step: Float = 1e-3
        var seen = 0
        for (path, indices) in paths {
            for index in indices {
                var (up, down) = (start, start)
                up[keyPath: path][index] += step
                down[keyPath: path][index] -= step
                let difference = try (loss(up) - loss(down)) / Double(2 * step)
                // The loss is computed in float32, a difference over 2 · 10⁻³ is good to about 10⁻⁴.
                #expect(abs(difference - Double(gradient[keyPath: path][index])) < 1e-3, "\(path) \(index)")
                if abs(difference) > 1e-2 { seen += 1 }
            }
        }
        #expect(seen > 6)
    }

    /// Six steps in float32 against float64: the losses agree to rounding, and the parameters to some 10⁻⁵, since Adam
    /// divides small gradients by their own size.
    @Test func stepsArePyTorchs() throws {
        let reference = try reference()
        func values(_ name: String) throws -> [Float] { try reference.parameter(name).tensor.values }
        let training = try SparseTraining(
            of: SparseAutoencoder(
                encoder: values("start.encoder"), bias: values("start.bias"), decoder: values("start.decoder"),
                offset: values("start.offset")),
            SparseTrainingSettings(active: 3, deadAfter: 24), team: team)
        let (batches, losses) = (try values("batches"), try values("losses"))
        let (auxiliary, deadCounts) = (try values("auxiliary"), try values("deadCounts"))
        for step in losses.indices {
            let size = batches.count / losses.count
            let loss = training.step(Array(batches[step * size..<(step + 1) * size]), rate: 0.01)
            #expect(abs(loss.unexplained - Double(losses[step])) < 1e-5, "step \(step)")
            #expect(abs(loss.auxiliary - Double(auxiliary[step])) < 1e-5, "step \(step)")
            #expect(loss.deadCount == Int(deadCounts[step]), "step \(step)")
        }
        let end = training.current
        #expect(try Reference.distance(end.encoder, values("end.encoder")) < 1e-4)
        #expect(try Reference.distance(end.bias, values("end.bias")) < 1e-4)
        #expect(try Reference.distance(end.decoder, values("end.decoder")) < 1e-4)
        #expect(try Reference.distance(end.offset, values("end.offset")) < 1e-4)
        // The decoder's gradient has lost its part along the rows.
        #expect(try Reference.distance(training.gradient.encoder, values("gradient.encoder")) < 1e-4)
        for row in 0..<24 {
            let length = end.decoder[row * 8..<(row + 1) * 8].reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-5)
        }
    }

    @Test func theNumberOfThreadsChangesNoBit() throws {
        func trained(_ threads: Int) throws -> SparseAutoencoder {
            var random = RandomSource(seed: 1)
            let start = SparseAutoencoder(count: 96, offset: [Float](repeating: 0, count: 40), random: &random)
            let training = try SparseTraining(
                of: start, SparseTrainingSettings(active: 5, deadAfter: 600), team: ThreadTeam(count: threads))
            for _ in 0..<5 { _ = training.step((0..<300 * 40).map { _ in random.normal() }, rate: 0.01) }
            return training.current
        }
        let alone = try trained(1)
        #expect(try trained(2) == alone && trained(5) == alone)
    }
}
