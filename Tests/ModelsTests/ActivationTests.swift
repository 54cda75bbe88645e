import Compute
import Foundation
import Models
import TestSupport
import Testing

/// Every activation that a configuration may name, against PyTorch and against differences.
///
/// `Fixtures/make_setting_fixtures.py` wrote PyTorch's values and derivatives.
@Suite(.timeLimit(.minutes(10))) struct ActivationTests {
    private static let reference =
        (try? Data(
            contentsOf: Reference.root.appendingPathComponent("Tests/Fixtures/settings/activations.json")))
        .flatMap { try? JSONDecoder().decode([String: [[Double]]].self, from: $0) } ?? [:]

    @Test func allAreThere() {
        let names = Set(Self.reference.keys.compactMap { Activation(named: $0) })
        #expect(names == Set(Activation.allCases))
    }

    @Test(arguments: reference.keys.sorted())
    func agreesWithPyTorch(_ name: String) throws {
        let activation = try #require(Activation(named: name))
        let table = try #require(Self.reference[name])
        let harness = OperationHarness(operation: activation.operation, shapes: [[table[0].count]])
        let (output, gradients) = try harness.run(
            [table[0].map { Float($0) }], outputGradient: [Float](repeating: 1, count: table[0].count))
        for index in table[0].indices {
            let size = max(abs(table[1][index]), 1)
            #expect(abs(Double(output[index]) - table[1][index]) < 5e-7 * size, "\(table[0][index])")
            #expect(abs(Double(gradients[0][index]) - table[2][index]) < 1e-6 * size, "\(table[0][index])")
        }
    }

    /// At places that lie further than the differences' step from every corner.
    @Test(arguments: Activation.allCases)
    func agreesWithDifferences(_ activation: Activation) throws {
        let inputs = (0..<33).map { Float($0) * 0.43 - 7.2 }
        for threads in 1...2 {
            var harness = OperationHarness(operation: activation.operation, shapes: [[3, 11]])
            harness.threads = threads
            #expect(try harness.disagreement([inputs]) < 2e-3)
        }
    }

    @Test func valuesByHand() throws {
        func value(_ activation: Activation, _ x: Float) throws -> [Float] {
            let harness = OperationHarness(operation: activation.operation, shapes: [[1]])
            let (output, gradients) = try harness.run([[x]], outputGradient: [1])
            return [output[0], gradients[0][0]]
        }
        #expect(try value(.relu, -2) == [0, 0])
        #expect(try value(.relu, 2) == [2, 1])
        #expect(try value(.relu6, 7) == [6, 0])
        #expect(try value(.squaredReLU, 3) == [9, 6])
        #expect(try value(.leakyReLU, -100) == [-1, 0.01])
        // 1 · min(max(1 + 3, 0), 6) / 6 and 1 / 3 + 1 / 2.
        #expect(try value(.hardSwish, 1) == [4 / 6, 1 / 3 + 0.5])
        #expect(try value(.hardSigmoid, 0) == [0.5, 1 / 6])
        // −1 / 2 · 1 and −1 + 1.
        #expect(try value(.hardMish, -1) == [-0.5, 0])
        #expect(try value(.identity, -3) == [-3, 1])
    }

    @Test(arguments: Activation.allCases)
    func whatIsNoNumberStaysNone(_ activation: Activation) throws {
        let harness = OperationHarness(operation: activation.operation, shapes: [[3]])
        #expect(try harness.run([[1, .nan, -1]]).output.map(\.isNaN) == [false, true, false])
    }

    @Test func greatestOfTokens() throws {
        // The first token is left out; of two equally great ones each takes half of the gradient.
        let harness = OperationHarness(operation: GreatestOfTokens(from: 1), shapes: [[4, 2]])
        let (output, gradients) = try harness.run([[9, 9, 1, 5, 3, 5, 2, 4]], outputGradient: [8, 6])
        #expect(output == [3, 5])
        #expect(gradients == [[0, 0, 0, 3, 8, 3, 0, 0]])
        let added = try harness.run([[9, 9, 1, 5, 3, 5, 2, 4]], outputGradient: [8, 6], addingTo: 1).gradients
        #expect(added == [[1, 1, 1, 4, 9, 4, 1, 1]])
        #expect(try harness.run([[9, 9, 1, .nan, 3, 5, 2, 4]]).output[1].isNaN)
        var two = OperationHarness(operation: GreatestOfTokens(from: 1), shapes: [[5, 11]], batch: 2)
        two.threads = 2
        // Values an eighth apart, in no order.
        let inputs = (0..<110).map { Float(($0 * 37) % 110) / 8 }
        #expect(try two.disagreement([inputs]) < 2e-3)
    }
}
