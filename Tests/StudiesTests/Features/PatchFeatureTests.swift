import Compute
import Foundation
import Images
import Models
import Platform
import TestModels
import TestSupport
import Testing
import Visualization

import Studies

@Suite(.timeLimit(.minutes(10))) struct PatchFeatureTests {
    /// 16 × 16 pixels in patches of 4.
    private func vit() throws -> Model { try Model.load(Reference.path("tiny_vit")) }
    private let wide = Image.speckled(width: 50, height: 32)

    @Test func aWholePhotographIsThatOfTheModelAtItsSize() throws {
        let model = try vit()
        let side = model.imageSize.height
        let patch = model.patchSize.width
        let found = try model.patchFeatures(of: [wide], at: "blocks.1")[0]
        let columns = Int((Double(side) / Double(patch) * 50 / 32).rounded())
        #expect((found.rows, found.columns) == (side / patch, columns))
        #expect(found.windowCount == 1)
        let size = PixelSize(width: columns * patch, height: side)
        let resized = try Model.load(Reference.path("tiny_vit"), size: size)
        let seen = wide.resized(width: size.width, height: size.height, by: model.preprocessing.interpolation)
        #expect(found.seen == seen)
        let output = try resized.activations(at: "blocks.1", of: resized.preprocessing.tensor(ofSeen: seen))
        // CLS comes first and is no patch.
        #expect(found.values == output.part(1..<output.shape[0]))
    }

    @Test func theModelAtAnotherSizeIsTheOneThatIsLoadedAtIt() throws {
        let size = PixelSize(width: 24, height: 16)
        let loaded = try Model.load(Reference.path("tiny_vit"), size: size)
        let resized = try vit().resized(to: size)
        #expect(resized.pictureFacts == loaded.pictureFacts)
        #expect(resized.weightsHash == loaded.weightsHash)
        let input = Tensor(Reference.pattern(3 * 24 * 16, seed: 1), shape: [3, 16, 24])
        #expect(try resized.output(of: input) == loaded.output(of: input))
        #expect(throws: EngineError.self) { try vit().resized(to: PixelSize(width: 25, height: 16)) }
    }

    @Test func croppedIsWhatActivationsAre() throws {
        let model = try vit()
        let found = try model.patchFeatures(of: [wide], at: "blocks.0", PatchView(.cropped))[0]
        let all = try model.activations(at: "blocks.0", of: model.preprocessing.tensor(of: wide))
        #expect(found.values == all.part(1..<17))
        #expect(found.seen == model.preprocessing.seen(of: wide))
        #expect((found.rows, found.columns) == (4, 4))
    }

    @Test func windowsOfALayerThatSeesOnlyItsPatchGiveTheWhole() throws {
        // The mixer takes its own 4 × 4 patches alone; its embedding looks at each patch by itself, so neither where a
        // window begins nor how windows are blended may show.
        let mixer = try Model.load(Reference.path("tiny_mixer"))
        let side = mixer.imageSize.width
        let large = Image.speckled(width: 3 * side, height: 2 * side)
        let found = try mixer.patchFeatures(of: [large], at: "patch_embed", PatchView(side: 2 * side))[0]
        #expect(found.windowCount == 15, "3 × 5 windows, half a window apart")
        #expect((found.rows, found.columns) == (8, 12))
        for (row, column) in [(0, 0), (1, 2)] {
            let part = large.cropped(columns: column * side..<(column + 1) * side, rows: row * side..<(row + 1) * side)
            let own = try mixer.activations(at: "patch_embed", of: mixer.preprocessing.tensor(ofSeen: part))
            for patch in 0..<16 {
                let place = (4 * row + patch / 4) * 12 + 4 * column + patch % 4
                #expect(Reference.distance(found.values.part(place).values, own.part(patch).values) < 1e-6)
            }
        }
    }

    @Test func windowsOverlapByHalfAndReachTheEnds() {
        let windows = PatchWindows(
            rows: 4, columns: 11, windowRows: 4, windowColumns: 4, patch: PixelSize(side: 8))
        #expect(windows.places.map(\.row) == [0, 0, 0, 0, 0])
        #expect(windows.places.map(\.column) == [0, 2, 4, 5, 7])
    }

    @Test func blendingWeighsEdgesLess() {
        // Two windows of 4 patches in a row of 6: where both are, the one whose middle is nearer counts more.
        let windows = PatchWindows(rows: 1, columns: 6, windowRows: 1, windowColumns: 4, patch: PixelSize(side: 1))
        var blend = WindowBlend(windows, features: 1)
        for (place, level) in zip(windows.places, [Float(0), 12]) {
            [Float](repeating: level, count: 4).withUnsafeBufferPointer { blend.add($0, at: place) }
        }
        // Weights 1 2 2 1 from 0 and from 2: in column 2 these are 2 and 1, in column 3 they are 1 and 2.
        #expect(blend.mean.values == [0, 0, 4, 8, 12, 12])
    }

    @Test func aPhotographOfManyPatchesGoesInWindows() throws {
        let model = try vit()
        let found = try model.patchFeatures(of: [wide], at: "blocks.1", PatchView(side: 64, usesWindows: true))[0]
        #expect((found.rows, found.columns) == (16, 25))
        #expect(found.windowCount == 7 * 12)
        let isFinite = found.values.values.allSatisfy { $0.isFinite }
        #expect(isFinite)
        let once = try model.patchFeatures(of: [wide], at: "blocks.1", PatchView(side: 64, usesWindows: false))[0]
        #expect(once.windowCount == 1 && once.values.shape == found.values.shape)
    }

    @Test func saysWhatCannotBe() throws {
        let model = try vit()
        func message(_ layer: String, _ view: PatchView = PatchView()) -> String? {
            #expect(throws: EngineError.self) { try model.patchFeatures(of: [wide], at: layer, view) }?.message
        }
        #expect(message("logits")?.contains("has no patches") == true)
        #expect(message("blocks.0", PatchView(side: 0))?.contains("1 to 16384") == true)
        #expect(message("blocks.0", PatchView(.cropped, side: 32))?.contains("load the model at another size") == true)
        #expect(message("blocks.0", PatchView(side: 8, usesWindows: true))?.contains("choose a larger size") == true)
        #expect(message("blocks.9") != nil)
    }

    @Test func canBeInterrupted() throws {
        let cancellation = Cancellation()
        cancellation.request()
        let model = try vit()
        #expect(throws: EngineError.self) {
            try model.patchFeatures(of: [wide], at: "blocks.0", cancellation: cancellation)
        }
    }
}

extension PatchFeatures {
    /// Made-up features on a grid.
    static func made(_ rows: Int, _ columns: Int, _ values: [Float]) -> PatchFeatures {
        PatchFeatures(
            model: "made", layer: "up", seen: Image(width: columns * 8, height: rows * 8, color: [90, 90, 90]),
            rows: rows,
            columns: columns, values: Tensor(values, shape: [rows * columns, values.count / (rows * columns)]))
    }
}
