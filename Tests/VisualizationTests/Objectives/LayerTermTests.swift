import Compute
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct LayerTermTests {
    static let all = Target(model: "fake", layer: "layer", tokens: .all)
    static let photograph = PhotographReference(name: "chelsea.png", sha256: "00")

    @Test func l1ByHand() throws {
        let executor = OutputExecutor(tokens: 4, features: 1, [1, 3, 5, 4])
        let (value, seeds) = try executor.evaluate(.l1(Self.all, to: 4))
        #expect(value == -5.0 / 4)
        // Up below C, down past it, and still at it.
        #expect(seeds == [0.25, 0.25, -0.25, 0])
        // With a large C it climbs as the mean does.
        #expect(try executor.evaluate(.l1(Self.all, to: 200)).seeds == executor.evaluate(.mean(Self.all)).seeds)
    }

    @Test func meanSquareByHand() throws {
        let executor = OutputExecutor(tokens: 3, features: 1, [1, -2, 3])
        let (value, seeds) = try executor.evaluate(.meanSquare(Self.all))
        #expect(abs(value - 14.0 / 3) < 1e-6)
        #expect(largestDifference(seeds, [2.0 / 3, -4.0 / 3, 2]) < 1e-6)
    }

    @Test func directionByHand() throws {
        let executor = OutputExecutor(tokens: 2, features: 2, [3, 4, 1, 0])
        let (value, seeds) = try executor.evaluate(.direction(Self.all, [2, 1]))
        #expect(value == 6)
        #expect(seeds == [1, 0.5, 1, 0.5])
        // Both cosines are 2 / √5.
        let first = try executor.evaluate(.direction(Self.all, [2, 1], cosinePower: 1)).value
        #expect(abs(first - 6 * 2 / 5.0.squareRoot().asFloat) < 1e-3)
        // Away from the direction the cosine counts as .1, and only the dot product has a gradient.
        let away = OutputExecutor(tokens: 1, features: 2, [-1, 0])
        let (floored, slope) = try away.evaluate(.direction(Self.all, [2, 1], cosinePower: 2))
        #expect(abs(floored - -0.02) < 1e-7)
        #expect(largestDifference(slope, [0.02, 0.01]) < 1e-7)
    }

    /// A one-hot vector over all features is the neuron.
    @Test func aUnitVectorIsANeuron() throws {
        let executor = OutputExecutor(tokens: 3, features: 4, normals(12, seed: 1))
        let neuron = Target(model: "fake", layer: "layer", features: .indices([2]), tokens: .all)
        let (value, seeds) = try executor.evaluate(.direction(Self.all, [0, 0, 1, 0]))
        let (mean, meanSeeds) = try executor.evaluate(.mean(neuron))
        #expect(abs(value - mean) < 1e-6)
        #expect(largestDifference(seeds, meanSeeds) < 1e-7)
    }

    @Test func likenessByHand() throws {
        let executor = OutputExecutor(tokens: 1, features: 2, [3, 4])
        let references = Self.references([4, 3], tokens: 1, features: 2)
        func evaluate(_ likeness: Likeness) throws -> (value: Float, seeds: [Float]) {
            try executor.evaluate(.likeness(Self.all, to: Self.photograph, by: likeness), references: references)
        }
        #expect(try evaluate(.l1).value == -1)
        #expect(try evaluate(.l1).seeds == [0.5, -0.5])
        #expect(try evaluate(.l2).value == -1)
        #expect(try evaluate(.l2).seeds == [1, -1])
        // The cosine is 24 / 25; its gradient turns x towards the reference, so it climbs on 1 − cos from below.
        #expect(abs(try evaluate(.cosine).value - -0.04) < 1e-6)
        #expect(largestDifference(try evaluate(.cosine).seeds, [0.0448, -0.0336]) < 1e-6)
        #expect(abs(try evaluate(.dotCosine(power: 0)).value - 24) < 1e-6)
        #expect(abs(try evaluate(.dotCosine(power: 1)).value - 24 * 0.96) < 2e-3)
    }

    @Test(arguments: [Likeness.l1, .l2, .cosine, .euclidean]) func aPictureIsMostLikeItself(_ likeness: Likeness) throws
    {
        let values = normals(12, seed: 4)
        let executor = OutputExecutor(tokens: 3, features: 4, values)
        let (value, seeds) = try executor.evaluate(
            .likeness(Self.all, to: Self.photograph, by: likeness),
            references: Self.references(values, tokens: 3, features: 4))
        #expect(abs(value) < 1e-6)
        #expect(seeds.allSatisfy { abs($0) < 1e-6 })
    }

    @Test func theDistanceOfTokensByHand() throws {
        // Two tokens: (3, 4) from (0, 0), which is 5 away, and one that is the photograph's own.
        let executor = OutputExecutor(tokens: 2, features: 2, [3, 4, 1, 2])
        let (value, seeds) = try executor.evaluate(
            .likeness(Self.all, to: Self.photograph, by: .euclidean),
            references: Self.references([0, 0, 1, 2], tokens: 2, features: 2))
        #expect(value == -2.5)
        #expect(largestDifference(seeds, [-0.3, -0.4, 0, 0]) < 1e-7)
    }

    @Test func tokensOfLengthZeroHaveNoCosine() throws {
        let executor = OutputExecutor(tokens: 2, features: 2, [0, 0, 1, 0])
        let (value, seeds) = try executor.evaluate(
            .likeness(Self.all, to: Self.photograph, by: .cosine),
            references: Self.references([1, 1, 0, 0], tokens: 2, features: 2))
        #expect(value == -1)
        #expect(seeds == [0, 0, 0, 0])
        let direction = try OutputExecutor(tokens: 1, features: 2, [0, 0])
            .evaluate(.direction(Self.all, [1, 1], cosinePower: 2))
        #expect(direction.value == 0 && direction.seeds.allSatisfy(\.isFinite))
    }

    @Test(arguments: [Likeness.l1, .l2, .cosine, .euclidean, .dotCosine(power: 2)])
    func whatIsNoNumberIsSeen(_ likeness: Likeness) throws {
        let executor = OutputExecutor(tokens: 1, features: 2, [.nan, 1])
        let references = Self.references([4, 3], tokens: 1, features: 2)
        let objective = Objective.likeness(Self.all, to: Self.photograph, by: likeness)
        #expect(try executor.evaluate(objective, references: references).value.isNaN)
        #expect(try executor.evaluate(.l1(Self.all, to: 1)).value.isNaN)
    }

    /// Every kind, over parts of tokens, of a vector and of hidden token-mixing units.
    static let kinds: [@Sendable (Target, Int) -> Objective] = [
        { target, _ in .mean(target) },
        { target, _ in .sum(target) },
        { target, _ in .l1(target, to: 0.45) },
        { target, _ in .meanSquare(target) },
        { target, count in .direction(target, normals(count, seed: 8)) },
        { target, count in .direction(target, normals(count, seed: 8), cosinePower: 1) },
        { target, count in .direction(target, normals(count, seed: 8), cosinePower: 4) },
        { target, _ in .likeness(target, to: photograph, by: .l1) },
        { target, _ in .likeness(target, to: photograph, by: .l2) },
        { target, _ in .likeness(target, to: photograph, by: .euclidean) },
        { target, _ in .likeness(target, to: photograph, by: .cosine) },
        { target, _ in .likeness(target, to: photograph, by: .dotCosine(power: 2)) },
        { target, _ in 0.7 * .mean(target) - 0.3 * .meanSquare(target).named("squares") },
    ]

    @Test(arguments: 0..<kinds.count) func gradientAgreesWithDifferences(_ kind: Int) throws {
        let layout = TokenLayout(special: ["CLS"], rows: 2, columns: 3)
        for (shape, target) in [
            (LayerShape.tokens(layout, features: 5), Self.all),
            (.tokens(layout, features: 5), Self.part(.indices([1, 4, 2]), .indices([5, 0]))),
            (.tokens(layout, features: 5), Self.part(.all, .special("CLS"))),
            (.vector(features: 6), Self.part(.indices([3, 1]), .patches)),
            (.tokenMixing(hidden: 4, features: 5), Self.part(.all, .hiddenUnits([2]))),
        ] {
            let count = shape.extents.count
            let executor = OutputExecutor(["layer": shape])
            let values = normals(count, seed: 6)
            executor["layer"].fill(values)
            var references = ReferenceActivations()
            references[Self.photograph, "layer"] = Tensor(normals(count, seed: 7), shape: shape.extents)
            let width = try target.featureIndices(in: shape).count
            let objective = Self.kinds[kind](target, width)
            let seeds = try executor.evaluate(objective, references: references).seeds
            #expect(seeds.contains { $0 != 0 })
            for place in 0..<count {
                func value(_ step: Float) throws -> Double {
                    executor["layer"].pointer[place] = values[place] + step
                    defer { executor["layer"].pointer[place] = values[place] }
                    return Double(try executor.evaluate(objective, references: references).value)
                }
                let slope = (try value(2e-3) - value(-2e-3)) / 4e-3
                let tolerance = 2e-3 * max(1, abs(slope))
                #expect(abs(slope - Double(seeds[place])) < tolerance, "\(objective) at \(place)")
            }
        }
    }

    static func references(_ values: [Float], tokens: Int, features: Int) -> ReferenceActivations {
        var references = ReferenceActivations()
        references[photograph, "layer"] = Tensor(values, shape: [tokens, features])
        return references
    }

    private static func part(_ features: FeatureSelection, _ tokens: TokenSelection) -> Target {
        Target(model: "fake", layer: "layer", features: features, tokens: tokens)
    }
}

extension Double {
    fileprivate var asFloat: Float { Float(self) }
}
