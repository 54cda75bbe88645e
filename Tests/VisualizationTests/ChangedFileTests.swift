import Checkpoints
import Compute
import Crypto
import Foundation
import Models
import Platform
import TestSupport
import Testing
import Visualization

/// A loaded model is what its files held when it was loaded, or an error; never a mixture, and never the end.
@Suite(.timeLimit(.minutes(10))) struct ChangedFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Files of one model in every format, and whether they are old enough to be mapped.
    private static let files = ["plain.safetensors", "deit.pth", "plain-legacy.pth", "float16.bin", "model.npz"]
        .flatMap { name in [(name, true), (name, false)] }

    private static let input = Tensor(Reference.pattern(3 * 8 * 8, seed: 1), shape: [3, 8, 8])

    private static func fixture(_ name: String) -> String {
        let folder = name == "model.npz" ? "families/jax_vit" : "wrapped"
        return Reference.root.appendingPathComponent("Tests/Fixtures/\(folder)/\(name)").path
    }

    /// A copy of a fixture, written two hours ago or just now.
    private func copy(_ name: String, isOld: Bool) throws -> (path: String, bytes: [UInt8]) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.fixture(name))))
        let path = try folder.write(bytes, to: name)
        if isOld { Self.age(path) }
        return (path, bytes)
    }

    private static func age(_ path: String) {
        var times = [timespec(), timespec()]
        clock_gettime(CLOCK_REALTIME, &times[0])
        times[0].tv_sec -= 7200
        times[1] = times[0]
        utimensat(AT_FDCWD, path, times, 0)
    }

    private func output(_ model: Model) throws -> [Float] {
        let size = model.inputSize
        let input = Tensor(
            Reference.pattern(3 * size.width * size.height, seed: 1), shape: [3, size.height, size.width])
        return try model.output(of: input).values
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    private static func changed(_ path: String) -> EngineError { .fileChanged(path: path, whileReading: false) }

    /// `torch.save` empties the file first.
    @Test(.timeLimit(.minutes(1)), arguments: files)
    func aFileThatIsEmptied(_ name: String, isOld: Bool) throws {
        let (path, bytes) = try copy(name, isOld: isOld)
        let model = try Model.load(path)
        let before = try output(model)
        truncate(path, 0)
        if isOld {
            #expect(throws: Self.changed(path)) { try output(model) }
            // And again: nothing comes back.
            try Data(bytes).write(to: URL(fileURLWithPath: path + ".new"))
            #expect(throws: Self.changed(path)) { try output(model) }
        } else {
            #expect(try output(model) == before)
            #expect(model.weightsHash == Self.hash(bytes))
        }
        #expect(model.isCurrent == false)
    }

    /// `cp` over it, or a training that saves again: the file is complete and another.
    @Test(.timeLimit(.minutes(1)), arguments: files)
    func aFileThatIsWrittenInPlace(_ name: String, isOld: Bool) throws {
        let (path, bytes) = try copy(name, isOld: isOld)
        let model = try Model.load(path)
        let before = try output(model)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        // Other numbers of the same length.
        try file.seek(toOffset: UInt64(bytes.count / 2))
        try file.write(contentsOf: [UInt8](repeating: 0x3E, count: bytes.count / 4))
        try file.close()
        if isOld {
            #expect(throws: Self.changed(path)) { try output(model) }
            #expect(model.weightsHash == "", "a hash of what was not loaded")
        } else {
            #expect(try output(model) == before)
            #expect(model.weightsHash == Self.hash(bytes))
        }
    }

    /// A hash that is known stays.
    @Test func theHashIsOfWhatWasLoaded() throws {
        let (path, bytes) = try copy("plain.safetensors", isOld: true)
        let model = try Model.load(path)
        #expect(model.weightsHash == Self.hash(bytes))
        truncate(path, 100)
        #expect(model.weightsHash == Self.hash(bytes))
        #expect(throws: Self.changed(path)) { try output(model) }
    }

    /// Who writes a file and sets its date back is noticed all the same.
    @Test func aDateThatIsSetBackHidesNothing() throws {
        let (path, bytes) = try copy("plain.safetensors", isOld: true)
        var status = stat()
        stat(path, &status)
        let model = try Model.load(path)
        _ = model.weightsHash
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(bytes.count - 64))
        try file.write(contentsOf: [UInt8](repeating: 0x3E, count: 64))
        try file.close()
        utimensat(AT_FDCWD, path, [status.st_atim, status.st_mtim], 0)
        #expect(throws: Self.changed(path)) { try output(model) }
    }

    /// What leaves a file's bytes alone leaves the model alone: another file in its place, another name, its removal,
    /// other rights.
    @Test(arguments: [true, false]) func aFileThatIsReplacedStaysWhatItWas(isOld: Bool) throws {
        let (path, bytes) = try copy("plain.safetensors", isOld: isOld)
        let model = try Model.load(path)
        let before = try output(model)
        #expect(model.weightsHash == Self.hash(bytes))
        chmod(path, 0o600)
        #expect(try output(model) == before)
        link(path, path + ".second")
        #expect(try output(model) == before)
        rename(path, path + ".moved")
        #expect(try output(model) == before)
        let other = try folder.write([UInt8](repeating: 7, count: bytes.count), to: "other")
        rename(other, path + ".moved")
        #expect(try output(model) == before)
        unlink(path + ".second")
        #expect(try output(model) == before)
        #expect(model.weightsHash == Self.hash(bytes))
    }

    @Test func whatWasChangedIsSaid() throws {
        #expect(
            EngineError.fileChanged(path: "last.pth", whileReading: false).message
                == "“last.pth” has changed since the model was loaded from it, so that model is no longer used. "
                + "Load it again with `load`.")
        #expect(
            EngineError.fileChanged(path: "last.pth", whileReading: true).message
                == "“last.pth” changed while it was read: something is writing it. Read it again when it is complete.")
    }

    /// A render that is under way when its weights are written makes no picture, and none is kept.
    @Test(.timeLimit(.minutes(1)), arguments: [true, false]) func aRenderOfAMixtureIsNotKept(isOld: Bool) throws {
        let (path, _) = try copy("plain.safetensors", isOld: isOld)
        let model = try Model.load(path)
        let target = Target(model: model.name, layer: "blocks.0.mlp", features: .indices([3]))
        let recipe = try Recipe(.vitrine, for: [.mean(target)], in: model, seeds: [1], steps: 12)
        let cache = PictureCache(folder.path("pictures"))
        let renderer = try Renderer(subject: model, recipe: recipe)
        let result = Result {
            try renderer.run { progress in if progress.step == 3 { truncate(path, 0) } }
        }
        switch result {
        case .success(let rendering):
            #expect(!isOld)
            try cache.keep(rendering, by: model)
            #expect(cache.store.names().count == 1)
        case .failure(let error):
            #expect(isOld)
            #expect(error as? EngineError == Self.changed(path))
        }
    }

    /// A training saves every few milliseconds while the model is loaded: what loads is one of the two, whole.
    @Test(.timeLimit(.minutes(2)), arguments: ["plain.safetensors", "deit.pth", "plain-legacy.pth"])
    func loadingWhileItIsWritten(_ name: String) throws {
        let (path, first) = try copy(name, isOld: false)
        var second = first
        // The same model with other numbers: a bit of the exponents' lowest, in the last half of the file.
        let end = name == "deit.pth" ? first.count * 3 / 4 : first.count
        for place in stride(from: first.count / 2, to: end, by: 4) { second[place] ^= 0x10 }
        let others = second
        let other = try folder.write(others, to: "second-\(name)")
        let outputs = [try output(Model.load(path)), try? output(Model.load(other))]
        let hashes = [Self.hash(first), Self.hash(others)]
        let isOver = Cancellation()
        let writer = Thread {
            var turn = 0
            while !isOver.isRequested {
                // In pieces, as programs write.
                let bytes = turn % 2 == 0 ? others : first
                guard let file = fopen(path, "w") else { return }
                for start in stride(from: 0, to: bytes.count, by: 8192) {
                    fwrite(
                        Array(bytes[start..<min(start + 8192, bytes.count)]), 1, min(8192, bytes.count - start), file)
                    fflush(file)
                }
                fclose(file)
                usleep(UInt32.random(in: 0...12_000))
                turn += 1
            }
        }
        writer.start()
        defer { isOver.request() }
        var loaded = 0
        for _ in 0..<60 {
            guard let model = try? Model.load(path), let values = try? output(model) else { continue }
            let which = try #require(hashes.firstIndex(of: model.weightsHash), "a mixture")
            if let expected = outputs[which] { #expect(values.map(\.bitPattern) == expected.map(\.bitPattern)) }
            loaded += 1
        }
        #expect(loaded > 0, "it is never loaded")
    }

    /// The same with a file that is mapped, whose pages go away under the reader.
    @Test(.timeLimit(.minutes(2)), arguments: ["plain.safetensors", "deit.pth", "plain-legacy.pth", "float16.bin"])
    func loadingWhileAMappedFileIsEmptied(_ name: String) throws {
        let (path, bytes) = try copy(name, isOld: true)
        let expected = try output(Model.load(path))
        let isOver = Cancellation()
        let writer = Thread {
            while !isOver.isRequested {
                truncate(path, Int.random(in: 0..<bytes.count))
                usleep(UInt32.random(in: 0...300))
                if let file = fopen(path, "r+") {
                    fwrite(bytes, 1, bytes.count, file)
                    fclose(file)
                }
                Self.age(path)
                usleep(UInt32.random(in: 0...300))
            }
        }
        writer.start()
        defer { isOver.request() }
        for _ in 0..<150 {
            let mapped = Result { try CheckpointFile.open(path, mapping: .always) }
            guard case .success(let checkpoint) = mapped,
                let model = try? Model(checkpoint, name: "m", origin: path), let values = try? output(model)
            else { continue }
            #expect(values == expected)
        }
    }

    @Test(.timeLimit(.minutes(1))) func anArrayThatIsWrittenWhileItIsRead() throws {
        let path = folder.path("x.npy")
        try NumPy.write(Tensor(repeating: 1, shape: [40_000]), to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let isOver = Cancellation()
        let writer = Thread {
            while !isOver.isRequested {
                guard let file = fopen(path, "w") else { return }
                fwrite(bytes, 1, bytes.count, file)
                fclose(file)
                usleep(UInt32.random(in: 0...6000))
            }
        }
        writer.start()
        defer { isOver.request() }
        for _ in 0..<100 {
            guard let tensor = try? NumPy.read(path) else { continue }
            #expect(tensor.values.allSatisfy { $0 == 1 } && tensor.values.count == 40_000)
        }
    }

    /// Each part of a model in several files is watched.
    @Test func aPartThatIsWritten() throws {
        let source = URL(fileURLWithPath: Self.fixture("sharded"))
        let place = folder.url.appendingPathComponent("sharded")
        try FileManager.default.copyItem(at: source, to: place)
        let files = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        for file in files { Self.age(place.appendingPathComponent(file).path) }
        let part = place.appendingPathComponent(try #require(files.last { $0.hasSuffix(".safetensors") })).path
        let model = try Model.load(place.path)
        #expect(model.isCurrent)
        _ = try output(model)
        truncate(part, 10)
        #expect(throws: Self.changed(part)) { try output(model) }
        #expect(!model.isCurrent)
    }
}
