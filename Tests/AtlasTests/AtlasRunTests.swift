import Atlas
import Foundation
import Models
import Platform
import Synchronization
import TestSupport
import Testing

/// Nothing lost, nothing twice: whatever ends a run, the next makes what is missing and nothing else.
@Suite(.timeLimit(.minutes(10))) struct AtlasRunTests {
    private let folder: TemporaryFolder
    private let model: Model

    init() throws {
        folder = try TemporaryFolder()
        model = try Model.load("vit")
    }

    private func plan(_ neurons: Range<Int> = 0..<6, seeds: Int = 1) throws -> AtlasPlan {
        try AtlasPlan(
            of: model, layers: ["blocks.1.mlp"], neurons: neurons, seeds: seeds, settings: .init(steps: 2, size: 32),
            source: "vit")
    }

    private func atlas(_ name: String = "atlas") throws -> AtlasFolder {
        try AtlasFolder(making: folder.path(name))
    }

    @discardableResult
    private func make(
        _ plan: AtlasPlan, in atlas: AtlasFolder, shard: AtlasShard = .all, cancellation: Cancellation = Cancellation(),
        progress: (AtlasProgress) -> Void = { _ in }
    ) throws -> AtlasOutcome {
        try atlas.add(plan)
        let work = try AtlasWork(plan, by: model, in: atlas.path, shard: shard)
        return try AtlasRun(work, in: atlas).run(cancellation: cancellation, progress: progress)
    }

    private func pages(_ atlas: AtlasFolder) throws {
        let models = Dictionary(uniqueKeysWithValues: try atlas.plans().map { ($0.key, model) })
        _ = try AtlasPages(of: atlas, words: .plain).write(models: models)
    }

    @Test func aSecondRunMakesNothing() throws {
        let atlas = try atlas()
        let plan = try plan()
        let before = try AtlasWork(plan, by: model, in: atlas.path).estimate
        #expect(before.total == 6 && before.known == 0 && before.seconds > 0 && before.bytes > 0)
        #expect(try make(plan, in: atlas) == AtlasOutcome(total: 6, made: 6, failed: []))
        let files = folder.files
        #expect(try make(plan, in: atlas) == AtlasOutcome(total: 6, made: 0, failed: []))
        #expect(folder.files == files)
        let after = try AtlasWork(plan, by: model, in: atlas.path).estimate
        #expect(after.missing == 0 && after.seconds == 0 && after.bytes == 0)
        #expect(try atlas.check().isWhole)
        // Only the new ones of a wider wish.
        #expect(try make(try self.plan(4..<9), in: atlas).made == 3)
        #expect(try atlas.check().whole == 9)
        #expect(!FileManager.default.fileExists(atPath: atlas.path + "/claims"))
    }

    /// Whoever makes which pictures together with which, they are the same bytes, and so are the pages.
    @Test func shardsMakeTheSameAtlas() throws {
        let (one, other) = (try atlas("one"), try atlas("other"))
        let plan = try plan(0..<7, seeds: 2)
        try make(plan, in: one)
        try pages(one)
        for shard in ["2/3", "0/3", "1/3"] { try make(plan, in: other, shard: AtlasShard(shard)) }
        try pages(other)
        func files(_ name: String) -> [String: Data] {
            let all = folder.files.filter { $0.key.hasPrefix(name + "/") }
            return Dictionary(uniqueKeysWithValues: all.map { (String($0.key.dropFirst(name.count)), $0.value) })
        }
        let (expected, found) = (files("one"), files("other"))
        #expect(expected.keys.count { $0.hasPrefix("/pictures/") } == 14)
        #expect(Set(found.keys) == Set(expected.keys))
        for (path, bytes) in expected { #expect(found[path] == bytes, "\(path)") }
    }

    @Test func whatIsBadIsMadeAnewAndKeptAside() throws {
        let atlas = try atlas()
        let plan = try plan()
        try make(plan, in: atlas)
        let names = try plan.items.map { try plan.key(of: $0).name }
        let whole = try Data(contentsOf: URL(fileURLWithPath: atlas.pictures.path(of: names[2])))
        try whole.dropLast(100).write(to: URL(fileURLWithPath: atlas.pictures.path(of: names[1])))
        try Data("my notes".utf8).write(to: URL(fileURLWithPath: atlas.pictures.path(of: names[2])))
        try FileManager.default.removeItem(atPath: atlas.pictures.path(of: names[5]))
        let stranger = String(repeating: "ab", count: 32)
        let group = atlas.pictures.folder + "/ab"
        try FileManager.default.createDirectory(atPath: group, withIntermediateDirectories: true)
        try whole.write(to: URL(fileURLWithPath: "\(group)/\(stranger).png"))

        let check = try atlas.check()
        #expect(check.total == 6 && check.whole == 3 && check.missing == 1 && !check.isWhole)
        #expect(check.broken.map(\.neuron) == [1] && check.broken.map(\.reason) == ["it ends too early"])
        #expect(check.foreign.map(\.neuron) == [2])
        #expect(check.missingByLayer == ["\(plan.key) blocks.1.mlp": 1])
        #expect(check.unknown == ["pictures/ab/\(stranger).png"])

        #expect(try make(plan, in: atlas).made == 3)
        #expect(try Data(contentsOf: URL(fileURLWithPath: atlas.pictures.path(of: names[2]))) == whole)
        let aside = try FileManager.default.contentsOfDirectory(atPath: atlas.path + "/aside")
        #expect(aside.count == 2)
        #expect(
            aside.contains {
                FileManager.default.contents(atPath: "\(atlas.path)/aside/\($0)") == Data("my notes".utf8)
            })
        #expect(try atlas.check().whole == 6)
    }

    @Test func anInterruptKeepsWhatIsDone() throws {
        let atlas = try atlas()
        // More than one sheet.
        let plan = try plan(0..<70)
        let cancellation = Cancellation()
        #expect(throws: EngineError.cancelled) {
            try make(plan, in: atlas, cancellation: cancellation) { if $0.done >= 64 { cancellation.request() } }
        }
        let check = try atlas.check()
        #expect(check.whole == 64 && check.missing == 6 && check.broken.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: atlas.path + "/claims"))
        #expect(try make(plan, in: atlas).made == 6)
    }

    @Test func twoAtOnceShareTheWork() throws {
        let atlas = try atlas()
        let plan = try plan(0..<128, seeds: 2)
        try atlas.add(plan)
        let outcomes = Mutex<[AtlasOutcome]>([])
        let (model, path) = (model, atlas.path)
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            guard let folder = try? AtlasFolder(path), let work = try? AtlasWork(plan, by: model, in: path),
                let outcome = try? AtlasRun(work, in: folder).run()
            else { return }
            outcomes.withLock { $0.append(outcome) }
        }
        let made = outcomes.withLock { $0.map(\.made) }
        #expect(made.count == 2 && made.reduce(0, +) == 256)
        #expect(try atlas.check().isWhole)
    }

    /// What another run is making is waited for; a claim that nobody touches any more is void.
    @Test func claimsAreWaitedForUntilTheyAreOld() throws {
        let atlas = try atlas()
        let plan = try plan()
        let names = try plan.items.map { try plan.key(of: $0).name }
        let claim = "\(atlas.path)/claims/\(names[3])"
        try FileManager.default.createDirectory(atPath: atlas.path + "/claims", withIntermediateDirectories: true)
        try Data("another machine 1\n".utf8).write(to: URL(fileURLWithPath: claim))
        let cancellation = Cancellation()
        var waited = 0
        #expect(throws: EngineError.cancelled) {
            try make(plan, in: atlas, cancellation: cancellation) {
                waited = max(waited, $0.waitingFor)
                if $0.waitingFor > 0 { cancellation.request() }
            }
        }
        #expect(waited == 1)
        #expect(try atlas.check().whole == 5 && FileManager.default.fileExists(atPath: claim))
        let old = Date(timeIntervalSinceNow: -1000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: claim)
        #expect(try make(plan, in: atlas).made == 1)
        #expect(!FileManager.default.fileExists(atPath: claim))
    }

    @Test func aFolderThatHoldsSomethingElseIsLeftAlone() throws {
        let path = folder.path("mine")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/thesis.txt"))
        let before = folder.files
        #expect(throws: EngineError.atlas(.foreignFolder(path: path, found: "thesis.txt"))) {
            _ = try AtlasFolder(making: path)
        }
        #expect(folder.files == before)
        #expect(throws: EngineError.atlas(.noAtlas(path: path))) { _ = try AtlasFolder(path) }
        try Data("{\"version\":99}".utf8).write(to: URL(fileURLWithPath: path + "/vitrine-atlas.json"))
        #expect(throws: EngineError.atlas(.newerFolder(path: path))) { _ = try AtlasFolder(making: path) }
    }

    @Test func anotherRecipeNeedsAnotherFolder() throws {
        let atlas = try atlas()
        try atlas.add(try plan())
        var other = try plan()
        other.settings.steps = 5
        let error = #expect(throws: EngineError.self) { _ = try atlas.add(other) }
        guard case .otherSettings? = error?.other(as: AtlasFailure.self) else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A model that changed under an old atlas is kept apart by the hash of its weights.
    @Test func otherWeightsOfTheSameNameAreKeptApart() throws {
        guard case .builtIn(let path) = try ModelSource().locate("vit") else {
            Issue.record("vit is not built in")
            return
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 3] ^= 0x01
        try bytes.write(to: URL(fileURLWithPath: folder.path("vit.safetensors")))
        let changed = try Model.load(folder.path("vit.safetensors"))
        let atlas = try atlas()
        try make(try plan(), in: atlas)
        let other = try AtlasPlan(
            of: changed, layers: ["blocks.1.mlp"], neurons: 0..<6, settings: .init(steps: 2, size: 32), source: "vit")
        let own = try plan()
        #expect(other.model == "vit" && other.key != own.key)
        try atlas.add(other)
        #expect(try atlas.check().missing == 6)
        #expect(throws: EngineError.self) { _ = try AtlasWork(other, by: model, in: atlas.path) }
        let work = try AtlasWork(other, by: changed, in: atlas.path)
        #expect(try AtlasRun(work, in: atlas).run().made == 6)
        #expect(try atlas.check().whole == 12)
    }
}

extension AtlasWords {
    /// Words that know nothing of cells.
    static let plain = AtlasWords(
        made: "a test", cell: { target, _ in "\(target)" }, card: { [(name: "family", text: $0.family)] })
}
