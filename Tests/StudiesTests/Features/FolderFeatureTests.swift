import Checkpoints
import Compute
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

import Studies

@Suite(.timeLimit(.minutes(10))) struct FolderFeatureTests {
    private let folder: TemporaryFolder
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        model = try Model.load(Reference.path("tiny_vit"))
        for index in 0..<11 {
            try Image.speckled(width: 20, height: 16, seed: UInt64(index)).write(to: folder.path("\(index).png"))
        }
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder.path("broken.png")))
    }

    @Test func rowsAreThoseOfThePhotographsOneByOne() throws {
        let file = folder.path("features.npy")
        let found = try model.features(in: folder.url.path, at: "blocks.1", to: file)
        #expect(found.pooling == .cls && found.paths.count == 11 && found.reading.skippedCount == 1)
        for (row, path) in found.paths.enumerated() {
            let image = try Image(contentsOf: path)
            let all = try model.activations(at: "blocks.1", of: model.preprocessing.tensor(of: image))
            #expect(Reference.distance(found.values.part(row).values, all.part(0).values) < 1e-6)
            #expect(
                try Reference.distance(
                    model.pooledFeatures(of: image, at: "blocks.1", by: .cls), found.values.part(row).values) < 1e-6)
        }
        #expect(try NumPy.read(file) == found.values)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count { $0.hasSuffix(".part") } == 0)
    }

    @Test func theMeanOfThePatchesAndARowOfItsOwn() throws {
        let mean = try model.features(in: folder.url.path, at: "blocks.1", by: .mean)
        let image = try Image(contentsOf: mean.paths[3])
        let all = try model.activations(at: "blocks.1", of: model.preprocessing.tensor(of: image))
        for feature in 0..<4 {
            let sum = (1...16).reduce(Float(0)) { $0 + all.values[$1 * 16 + feature] }
            #expect(abs(mean.values.part(3).values[feature] - sum / 16) < 1e-5)
        }
        #expect(mean.pooling == .mean)
        #expect(try model.features(in: folder.url.path, at: "logits").pooling == nil)
    }

    @Test func anInterruptKeepsWhatThereIs() throws {
        let cancellation = Cancellation()
        let file = folder.path("features.npy")
        let found = try model.features(in: folder.url.path, at: "blocks.1", to: file, cancellation: cancellation) {
            if $0.done >= 8 { cancellation.request() }
        }
        #expect(found.reading.wasInterrupted && (1..<11).contains(found.paths.count))
        #expect(try NumPy.read(file).shape == [found.paths.count, 16])
    }

    @Test func aFileThatCannotBeWrittenIsSaidFirst() {
        let message = #expect(throws: EngineError.self) {
            try model.features(in: folder.url.path, at: "blocks.1", to: folder.path("none/features.npy"))
        }?.message
        #expect(message?.contains("there is no folder") == true)
    }

    @Test func theNearestIsThePhotographItself() throws {
        let found = try model.features(in: folder.url.path, at: "blocks.1")
        let own = try model.pooledFeatures(of: Image(contentsOf: found.paths[5]), at: "blocks.1")
        let nearest = try found.nearest(to: own, count: 3)
        #expect(nearest.count == 3 && nearest[0].path == found.paths[5] && abs(nearest[0].cosine - 1) < 1e-5)
        #expect(nearest.map(\.cosine) == nearest.map(\.cosine).sorted(by: >))
        #expect(throws: EngineError.self) { try found.nearest(to: [1, 2], count: 1) }
    }

    @Test func noTwoPhotographsShareACell() throws {
        let found = try model.features(in: folder.url.path, at: "blocks.1")
        let map = try FolderMap(of: found, side: 4)
        let cells = map.cells.compactMap { $0 }.map { $0.row * 4 + $0.column }
        #expect(cells.count == 11 && Set(cells).count == 11)
        #expect(map.coordinates.shape == [11, 2])
        #expect(try map.image(of: found.paths, cell: 16).width == 64)
        // Two lonely photographs lie where their only component says: left and right in the middle.
        let two = FolderFeatures(
            model: "m", layer: "l", pooling: nil, paths: ["a", "b"], values: Tensor([0, 0, 4, 0], shape: [2, 2]),
            reading: found.reading)
        let cellsOfTwo = try FolderMap(of: two, side: 5).cells.compactMap { $0 }
        #expect(cellsOfTwo[0].column < 2 && cellsOfTwo[1].column > 2 && cellsOfTwo.allSatisfy { $0.row == 2 })
        #expect(throws: EngineError.self) { try FolderMap(of: found, side: 1) }
    }
}
