import Compute
import Images
import TestSupport
import Testing
import Visualization

#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

@Suite(.timeLimit(.minutes(10))) struct SheetTermTests {
    static let all = LayerTermTests.all

    /// G is the identity for the first picture, 2 at one end of the diagonal for the second, at the other for the third.
    @Test func diversityByHand() throws {
        let executor = OutputExecutor(tokens: 2, features: 2, batch: 3, [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1])
        let values = try Self.values([.diversity(Self.all)], 3, on: executor)
        let half = 0.5 / Float(2).squareRoot()
        #expect(largestDifference(values, [-2 * half, -half, -half]) < 1e-6)
        // Their mean is the negative mean cosine of the three pairs.
        #expect(abs(values.reduce(0, +) / 3 - -4 * half / 3) < 1e-6)
    }

    @Test func alignmentByHand() throws {
        let executor = OutputExecutor(tokens: 1, features: 1, batch: 3, [0, 2, 6])
        // Squares of the differences: 4, 16, and 36 two places away; halved once and twice.
        let expected: [Float] = [-2 - 9, -2 - 8, -8 - 9]
        #expect(try Self.values([.alignment(Self.all)], 3, on: executor) == expected)
        // Up towards the larger neighbors: 2 · (2 / 2 + 6 / 4).
        #expect(executor.seeds("layer")[0] == 5)
    }

    @Test func neighborsEndAtFour() throws {
        let far = OutputExecutor(tokens: 1, features: 1, batch: 6, [0, 0, 0, 0, 0, 8])
        let values = try Self.values([.alignment(Self.all, decay: 1)], 6, on: far)
        let expected: [Float] = [0, -64, -64, -64, -64, -256]
        #expect(values == expected)
    }

    /// By its own elements; the other pictures stand still for it.
    @Test(arguments: [
        Objective.diversity(all), .alignment(all), .diversity(part), .alignment(part, decay: 1.5),
        2 * .diversity(all) - 0.5 * .alignment(part) + .mean(part),
    ])
    func gradientAgreesWithDifferences(_ objective: Objective) throws {
        let (pictures, count) = (3, 4 * 9)
        let values = normals(pictures * count, seed: 3)
        let executor = OutputExecutor(tokens: 4, features: 9, batch: pictures, values)
        _ = try Self.values([objective], pictures, on: executor)
        let seeds = executor.seeds("layer")
        #expect(seeds.contains { $0 != 0 })
        for place in values.indices {
            func value(_ step: Float) throws -> Double {
                executor["layer"].pointer[place] = values[place] + step
                defer { executor["layer"].pointer[place] = values[place] }
                return Double(try Self.values([objective], pictures, on: executor)[place / count])
            }
            let slope = (try value(5e-3) - value(-5e-3)) / 1e-2
            #expect(abs(slope - Double(seeds[place])) < 1e-3, "\(objective) at \(place)")
        }
    }

    /// Only the picture whose objective says so is driven away, and it sees pictures that do not.
    @Test func eachPictureHasItsOwnObjective() throws {
        let executor = OutputExecutor(tokens: 4, features: 9, batch: 2, normals(72, seed: 3))
        let values = try Self.values([.diversity(Self.all), 0 * .mean(Self.all)], 2, on: executor)
        #expect(values[0] < 0 && values[1] == 0)
        #expect(executor.seeds("layer")[36...].allSatisfy { $0 == 0 })
        #expect(executor.seeds("layer")[..<36].allSatisfy { $0 != 0 })
    }

    @Test func blackPicturesHaveANumber() throws {
        let executor = OutputExecutor(tokens: 2, features: 2, batch: 2, [Float](repeating: 0, count: 8))
        #expect(try Self.values([.diversity(Self.all)], 2, on: executor) == [0, 0])
        #expect(executor.seeds("layer").allSatisfy { $0 == 0 })
    }

    #if canImport(CAllocationCounter)
        @Test func evaluatingAllocatesNothing() throws {
            let executor = OutputExecutor(tokens: 4, features: 9, batch: 2, normals(72, seed: 3))
            let part = Self.part
            var references = ReferenceActivations()
            references[LayerTermTests.photograph, "layer"] = Tensor(normals(36, seed: 7), shape: [4, 9])
            let objective =
                Objective.diversity(Self.all) + .alignment(part) + .totalVariation() - .totalVariation(.norms)
                - .totalVariation(.channelNorms) - .pictureNorm() + .mean(part) + .l1(part, to: 3) + .meanSquare(part)
                + .direction(part, [1, 2], cosinePower: 3)
                + .likeness(part, to: LayerTermTests.photograph, by: .l1)
                + .likeness(part, to: LayerTermTests.photograph, by: .cosine)
            let sheet = try executor.sheet([objective, objective], references: references)
            let (picture, gradient) = (FloatBuffer(count: 3 * 90), FloatBuffer(count: 3 * 90))
            picture.fill(normals(270, seed: 1))
            func step() -> Float {
                sheet.summarize(0..<2, on: executor)
                sheet.addGradient(
                    1, picture: picture.pointer, size: PixelSize(width: 10, height: 9), to: gradient.pointer)
                return sheet.evaluate(1, on: executor, index: 1, seedsGradient: true) + sheet.pictureValue(1)
            }
            // OpenBLAS takes its buffers at the first product.
            var value = step()
            allocation_count_leave_out_openblas(1)
            defer { allocation_count_leave_out_openblas(0) }
            let before = allocation_count()
            for _ in 0..<10 { value = step() }
            #expect(allocation_count() == before)
            #expect(value.isFinite && value != 0)
        }
    #endif

    static let part = Target(model: "fake", layer: "layer", features: .indices([7, 2]), tokens: .indices([3, 0, 1]))

    /// The values of a sheet of `pictures`, which take turns with the objectives; the seeds are left in the executor.
    static func values(_ objectives: [Objective], _ pictures: Int, on executor: OutputExecutor) throws -> [Float] {
        executor.clearSeeds()
        let sheet = try executor.sheet((0..<pictures).map { objectives[$0 % objectives.count] })
        sheet.summarize(0..<pictures, on: executor)
        return (0..<pictures).map { sheet.evaluate($0, on: executor, index: $0, seedsGradient: true) }
    }
}
