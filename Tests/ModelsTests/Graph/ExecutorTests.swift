import Compute
import Models
import Platform
import TestSupport
import Testing

#if canImport(CAllocationCounter)
    import CAllocationCounter
#endif

@Suite(.timeLimit(.minutes(10))) struct ExecutorTests {
    private let model: Model
    init() throws { model = try Model.load(Reference.path("tiny_vit")) }

    #if canImport(CAllocationCounter)
        @Test(arguments: ["tiny_vit", "tiny_ffmixer", "tiny_mixer"])
        func stepsAllocateNothing(_ name: String) throws {
            let model = try Model.load(Reference.path(name))
            let executor = try model.makeExecutor(layers: ["blocks.1", "logits"], batch: 2, gradient: true)
            let (block, logits) = (LayerIndex(0), LayerIndex(1))
            let cancellation = Cancellation()
            func step() throws {
                try executor.forward(cancellation: cancellation)
                let logit = executor.readOutput(of: logits) { $0[1] }
                executor.writeOutputGradient(of: logits) { $0[0] = logit }
                executor.writeOutputGradient(of: block) { $0[3] = 1 }
                try executor.backward(cancellation: cancellation)
            }
            // OpenBLAS takes its buffers at the first product.
            try step()
            allocation_count_leave_out_openblas(1)
            defer { allocation_count_leave_out_openblas(0) }
            let before = allocation_count()
            for _ in 0..<10 { try step() }
            #expect(allocation_count() == before)
            // The counter counts.
            let array = [Float](repeating: Float(before), count: 1000)
            #expect(allocation_count() > before && array[999] == Float(before))
        }
    #endif

    @Test func cancellationStopsBetweenOperations() throws {
        let executor = try model.makeExecutor(layers: ["logits"], gradient: true)
        let cancellation = Cancellation()
        try executor.forward(cancellation: cancellation)
        cancellation.request()
        #expect(throws: EngineError.cancelled) { try executor.forward(cancellation: cancellation) }
        #expect(throws: EngineError.cancelled) { try executor.backward(cancellation: cancellation) }
        // An executor goes on after it was stopped.
        try executor.forward(cancellation: Cancellation())
        #expect(executor.output("logits").allSatisfy { $0.isFinite })
    }

    @Test func aBatchIsItsPicturesSideBySide() throws {
        let many = try model.makeExecutor(layers: ["blocks.1.mlp", "logits"], batch: 3, gradient: true)
        let pictures = Reference.pattern(many.inputCount, seed: 4)
        let picture = pictures.count / 3
        many.setInput(pictures)
        try many.forward(cancellation: nil)
        many.seed("logits") { _ in 1 }
        try many.backward(cancellation: nil)
        let one = try model.makeExecutor(layers: ["blocks.1.mlp", "logits"], gradient: true)
        for index in 0..<3 {
            one.setInput(pictures[index * picture..<(index + 1) * picture])
            try one.forward(cancellation: nil)
            one.seed("logits") { _ in 1 }
            try one.backward(cancellation: nil)
            // A library's products of another size round differently.
            let bound = MatrixProduct.usesPanels ? 0 : 1e-5
            let logits = many.output("logits")[index * 5..<index * 5 + 5]
            #expect(Reference.distance(logits, one.output("logits")) <= bound)
            let part = many.inputGradient[index * picture..<(index + 1) * picture]
            #expect(Reference.distance(part, one.inputGradient) <= bound)
        }
    }

    @Test func theSameStepGivesTheSameBits() throws {
        let executor = try model.makeExecutor(layers: ["logits"], batch: 2, gradient: true)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 4))
        var first: [Float]?
        for _ in 0..<20 {
            try executor.forward(cancellation: nil)
            executor.seed("logits") { _ in 1 }
            try executor.backward(cancellation: nil)
            let gradient = executor.inputGradient
            #expect(gradient == first ?? gradient)
            first = gradient
        }
    }

    /// Who does which part of a step, and how many there are to do it, changes no bit.
    @Test(arguments: ["tiny_vit", "tiny_ffmixer", "tiny_mixer"], [1, 2, 40])
    func teamsOfAnySizeGiveTheSameBits(_ name: String, batch: Int) throws {
        let plan = try Model.load(Reference.path(name)).plan(layers: ["logits"], batch: batch, gradient: true)
        let gradients = try [1, 2, 5].map { size in
            let executor = try CPUBackend(threads: size).compile(plan)
            executor.setInput(Reference.pattern(executor.inputCount, seed: 4))
            try executor.forward(cancellation: nil)
            executor.seed("logits") { _ in 1 }
            try executor.backward(cancellation: nil)
            return executor.inputGradient
        }
        #expect(gradients[1] == gradients[0])
        #expect(gradients[2] == gradients[0])
    }
}
