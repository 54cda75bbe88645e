import Foundation
import Images
import Models
import Platform
import Studies
import TestConditions
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MixingStudyTests {
    private let models: [Model]
    private let photograph = Image.speckled(width: 20, height: 16, seed: 7)
    private let quick = MixingStudy.Settings(projections: 3, blocks: [0, 1], rows: 2, reconstruction: .init(steps: 4))

    init() throws { models = try ["tiny_vit", "tiny_ffmixer"].map { try Model.load(Reference.path($0)) } }

    @Test func everyLayerHasItsNumbers() throws {
        var shares: [Double] = []
        var words: [String] = []
        let study = try MixingStudy(of: models, on: photograph, named: "noise", quick) { progress in
            shares.append(progress.share)
            if words.last != progress.words { words.append(progress.words) }
        }
        let layers = study.rows.filter { $0.model == "tiny_vit" }.map(\.layer)
        #expect(layers == (0..<2).flatMap { ["blocks.\($0).attn", "blocks.\($0).mlp", "blocks.\($0)"] })
        #expect(study.rows.count == 12 && study.reaches.count == 12)
        #expect(study.rows.map(\.usesAttention) == Array(repeating: true, count: 6) + Array(repeating: false, count: 6))
        for (row, reach) in zip(study.rows, study.reaches) {
            #expect(row.gradientOutside == reach.outside && row.layer == reach.layer)
            #expect((0...1).contains(row.gradientOutside ?? -1))
            #expect(Set(row.errors.keys) == [.l1, .cosine])
            #expect(row.errors[.l1]?.outside != nil && row.errors[.l1]?.pixelsOutside != nil)
        }
        #expect(study.reconstructions.map(\.block) == [0, 1, 0, 1])
        #expect(study.reconstructions.allSatisfy { $0.reconstruction.parts.count == 6 })
        #expect(shares == shares.sorted() && abs((shares.last ?? 0) - 1) < 1e-9)
        #expect(words.first == "tiny_vit: gradients of blocks.0.attn")
        #expect(words.last == "tiny_ffmixer: reconstruction from block 1")
        #expect(study.claims.count == 5 && study.claims.allSatisfy { $0.verdict != .undecided })
        #expect(study.plot.lines.map(\.label).last == "tiny_ffmixer block")
        #expect(study.plot.image.width == 900)
        #expect(study.sheet?.columns == 7 && study.sheet?.entries.count == 28)
        #expect(!study.wasInterrupted)
    }

    @Test func interruptingKeepsWhatIsDone() throws {
        let cancellation = Cancellation()
        let early = try MixingStudy(of: models, on: photograph, quick, cancellation: cancellation) {
            if $0.phase == .gradient(layer: "blocks.0.mlp") { cancellation.request() }
        }
        #expect(early.wasInterrupted && early.rows.count == 2 && early.sheet == nil)
        #expect(early.claims[2].verdict == .undecided)
        let other = Cancellation()
        let late = try MixingStudy(of: models, on: photograph, quick, cancellation: other) {
            if $0.phase == .reconstruction(block: 1) { other.request() }
        }
        // Block 1 of the first model was begun, and is left out.
        #expect(late.wasInterrupted && late.rows.count == 12 && late.reconstructions.count == 1)
        #expect(late.rows.count { !$0.errors.isEmpty } == 3)
        #expect(throws: EngineError.cancelled) {
            try MixingStudy(of: models, on: photograph, quick, cancellation: cancellation)
        }
    }

    @Test func blocksAreChosen() {
        let settings = MixingStudy.Settings()
        #expect(settings.chosenBlocks(of: 12) == [1, 4, 11])
        #expect(settings.chosenBlocks(of: 8) == [1, 4, 7])
        #expect(settings.chosenBlocks(of: 3) == [1, 2])
        #expect(settings.chosenBlocks(of: 1) == [0])
        #expect(MixingStudy.Settings(blocks: [3, 2]).chosenBlocks(of: 12) == [3, 2])
    }

    @Test func refusesWhatMakesNoSense() throws {
        func message(_ models: [Model], _ settings: MixingStudy.Settings) -> String? {
            #expect(throws: EngineError.self) { try MixingStudy(of: models, on: photograph, settings) }?.message
        }
        #expect(message([], quick) == "The number of models is 0; it must be 1 or more.")
        #expect(message([models[0], models[0]], quick)?.contains("tiny_vit twice") == true)
        var settings = quick
        settings.rows = 4
        #expect(message(models, settings)?.contains("1 to 3, since tiny_vit sees 4 rows") == true)
        settings = quick
        settings.blocks = [2]
        #expect(message(models, settings)?.contains("blocks go from 0 to 1") == true)
        settings = quick
        settings.patch = 16
        #expect(message(models, settings)?.contains("patches go from 0 to 15") == true)
    }

    // The photograph lies beside the repository; where it does not, this is skipped.
    @Test(.needs(.trainedModel), .enabled(if: Reference.hasDeiT, "../shared/photos is not there"))
    func builtInModels() throws {
        let models = try ["vit", "ffmixer"].map { try Model.load($0) }
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        var settings = MixingStudy.Settings(blocks: [4])
        settings.reconstruction.steps = 64
        let study = try MixingStudy(of: models, on: photograph, named: "chelsea.png", settings)
        #expect(study.claims[0].verdict == .holds)
        try Reference.show(study.plot.image, "mixing-plot")
        if let sheet = study.sheet { try Reference.show(sheet.image, "mixing-sheet") }
    }
}
