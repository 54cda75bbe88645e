import Downloads
import Foundation
import Models
import Platform
import Testing

/// One file from a server into the cache of torch.hub: what comes, what is asked again, what is kept.
@Suite(.timeLimit(.minutes(10))) struct FileDownloadTests {
    private let bench: DownloadBench
    private let bytes = DownloadBench.noise(300_000)
    /// A model whose file's name says nothing of its hash.
    private let model = "dinov2_vits14"
    private var file: String { "\(bench.torchFolder)/dinov2_vits14_pretrain.pth" }

    init() throws { bench = try DownloadBench() }

    @Test func fileIsFetchedOnce() throws {
        let server = try TestServer { [bytes] _ in .file(bytes, tag: "one") }
        let source = bench.source(torch: server)
        let weights = try source.resolve(model)
        #expect(weights.path == file && weights.name == model && weights.origin == "DINOv2")
        #expect(weights.license == "Apache-2.0" && weights.preprocessing?.size == 518)
        #expect(bench.bytes(file) == bytes)
        #expect(server.requests.map(\.path) == ["/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth"])
        // Nothing else stays in a folder that is torch.hub's.
        #expect(bench.files(bench.torchFolder) == ["dinov2_vits14_pretrain.pth"])
        #expect(try source.resolve(model) == weights)
        #expect(server.requests.count == 1)
    }

    @Test func whatTorchFetchedIsFound() throws {
        let server = try TestServer { _ in .status(500) }
        try FileManager.default.createDirectory(atPath: bench.torchFolder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        #expect(try bench.source(torch: server).resolve(model).path == file)
        #expect(server.requests.isEmpty)
    }

    @Test func sizeAndLicenseAreToldFirst() throws {
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes)
            answer.trickle = (20_000, 0.02)
            return answer
        }
        var told: [DownloadProgress] = []
        _ = try bench.source(torch: server).resolve(model) { progress in
            if told.isEmpty { #expect(server.requests.isEmpty) }
            told.append(progress)
        }
        let first = try #require(told.first)
        #expect(first.plan.name == model && first.plan.license == "Apache-2.0" && first.doneBytes == 0)
        #expect(first.plan.totalBytes == 22_056_576 * 4)
        let last = try #require(told.last)
        #expect(last.doneBytes == bytes.count && last.plan.totalBytes == bytes.count && last.fraction == 1)
        #expect(last.fileName == "dinov2_vits14_pretrain.pth")
        #expect(told.map(\.doneBytes) == told.map(\.doneBytes).sorted())
        #expect(told.contains { $0.bytesPerSecond != nil && $0.secondsLeft != nil })
    }

    @Test func cutConnectionsAreResumed() throws {
        let tries = Tries()
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes, tag: "one")
            if tries.next() < 3 { answer.cutAfter = 70_000 }
            return answer
        }
        var notes: Set<String> = []
        _ = try bench.source(torch: server).resolve(model) { notes.insert($0.note ?? "") }
        #expect(bench.bytes(file) == bytes)
        #expect(
            server.requests.map { $0.headers["range"] } == [nil, "bytes=70000-", "bytes=140000-", "bytes=210000-"])
        #expect(server.requests.dropFirst().allSatisfy { $0.headers["if-range"] == "\"one\"" })
        #expect(notes.contains { $0.hasPrefix("the connection was lost; trying again in ") })
    }

    @Test func changedFileIsFetchedAnew() throws {
        let tries = Tries()
        let other = DownloadBench.noise(280_000, seed: 2)
        let server = try TestServer { [bytes] _ in
            guard tries.next() == 0 else { return .file(other, tag: "two") }
            var answer = Answer.file(bytes, tag: "one")
            answer.cutAfter = 100_000
            return answer
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(bench.bytes(file) == other)
    }

    @Test func changedFileOfServerWithoutIfRangeIsFetchedAnew() throws {
        let tries = Tries()
        let other = DownloadBench.noise(280_000, seed: 2)
        let server = try TestServer { [bytes] request in
            let index = tries.next()
            if index == 0 {
                var answer = Answer.file(bytes, tag: "one")
                answer.cutAfter = 100_000
                return answer
            }
            guard let range = request.headers["range"] else { return .file(other, tag: "two") }
            #expect(range == "bytes=100000-")
            return Answer(
                status: 206, headers: ["ETag": "\"two\"", "Content-Range": "bytes 100000-279999/280000"],
                body: Array(other[100_000...]))
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(bench.bytes(file) == other)
    }

    @Test func serverWithoutRangesSendsAllAgain() throws {
        let tries = Tries()
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes, tag: "one")
            answer.hasRanges = false
            if tries.next() == 0 { answer.cutAfter = 100_000 }
            return answer
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(bench.bytes(file) == bytes)
    }

    @Test func whatCameIsKeptForTheNextTime() throws {
        let server = try TestServer { [bytes] _ in .file(bytes, tag: "one") }
        // The first bytes come, and then never another.
        let broken = try TestServer { [bytes] request in
            var answer = Answer.file(bytes, tag: "one")
            answer.cutAfter = request.headers["range"] == nil ? 120_000 : 0
            return answer
        }
        let reason = failure { _ = try bench.source(torch: broken).resolve(model) }
        guard case .cutOff(120_000, 300_000, _) = reason else {
            Issue.record("\(String(describing: reason))")
            return
        }
        #expect(bench.bytes(file + ".partial") == Array(bytes[..<120_000]))
        #expect(!FileManager.default.fileExists(atPath: file))
        _ = try bench.source(torch: server).resolve(model)
        #expect(bench.bytes(file) == bytes)
        #expect(server.requests.map { $0.headers["range"] } == ["bytes=120000-"])
    }

    @Test func unknownLengthIsReadToItsEnd() throws {
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes)
            answer.hidesLength = true
            return answer
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(bench.bytes(file) == bytes)
    }

    @Test func silentConnectionCountsAsCut() throws {
        let tries = Tries()
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes, tag: "one")
            if tries.next() == 0 { answer.trickle = (150_000, 8) }
            return answer
        }
        let source = bench.source(torch: server) { $0.stallSeconds = 1 }
        _ = try source.resolve(model)
        #expect(bench.bytes(file) == bytes)
        #expect(server.requests.last?.headers["range"] == "bytes=150000-")
    }

    // MARK: - Hashes

    private let hashedModel = "deit_tiny_patch16_224"
    private var hashedFile: String { "\(bench.torchFolder)/deit_tiny_patch16_224-a1311bcf.pth" }

    /// Its end was searched for: with it, the SHA-256 begins as the name of DeiT-Tiny's file says.
    private var right: [UInt8] {
        DownloadBench.noise(200_000) + withUnsafeBytes(of: UInt64(687_101_084).littleEndian) { Array($0) }
    }

    @Test func rightHashIsAccepted() throws {
        let server = try TestServer { [right] _ in .file(right) }
        let source = bench.source(torch: server)
        #expect(try source.resolve(hashedModel).path == hashedFile)
        #expect(bench.bytes(hashedFile) == right)
    }

    @Test func wrongHashIsRefusedAndRemoved() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        let reason = failure { _ = try bench.source(torch: server).resolve(hashedModel) }
        #expect(reason == .wrongHash(expected: "a1311bcf", found: DownloadBench.sha256(bytes)))
        #expect(bench.files(bench.torchFolder).isEmpty)
        #expect(server.requests.count == 1)
    }

    @Test func damagedRestOfAnEarlierTryIsFetchedAnew() throws {
        let server = try TestServer { [right] _ in .file(right) }
        try FileManager.default.createDirectory(atPath: bench.torchFolder, withIntermediateDirectories: true)
        try Data(DownloadBench.noise(5000, seed: 3)).write(to: URL(fileURLWithPath: hashedFile + ".partial"))
        _ = try bench.source(torch: server).resolve(hashedModel)
        #expect(bench.bytes(hashedFile) == right)
        #expect(server.requests.map { $0.headers["range"] } == ["bytes=5000-", nil])
        // A sound one of a server that names no versions: the hash tells that it fits.
        try FileManager.default.removeItem(atPath: hashedFile)
        try Data(right[..<9000]).write(to: URL(fileURLWithPath: hashedFile + ".partial"))
        _ = try bench.source(torch: server).resolve(hashedModel)
        #expect(bench.bytes(hashedFile) == right)
        #expect(server.requests.last?.headers["range"] == "bytes=9000-")
        // One that is longer than the file itself.
        try FileManager.default.removeItem(atPath: hashedFile)
        try Data(bytes + bytes).write(to: URL(fileURLWithPath: hashedFile + ".partial"))
        _ = try bench.source(torch: server).resolve(hashedModel)
        #expect(bench.bytes(hashedFile) == right)
    }

    // MARK: - The disk

    @Test func fullDisksAreNoticedBefore() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        let source = bench.source(torch: server) { $0.freeBytes = { _ in 1000 } }
        #expect(
            failure { _ = try source.resolve(model) }
                == .diskFull(folder: bench.torchFolder, neededBytes: 300_000, availableBytes: 1000))
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func disksThatFillUpAreNoticed() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        try FileManager.default.createDirectory(atPath: bench.torchFolder, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: file + ".partial", withDestinationPath: "/dev/full")
        guard case .diskFull = failure({ _ = try bench.source(torch: server).resolve(model) }) else {
            Issue.record("not noticed")
            return
        }
    }

    @Test func foldersThatCannotBeWrittenAreNamed() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        try Data().write(to: URL(fileURLWithPath: "\(bench.folder)/torch"))
        #expect(
            throws: EngineError.fileUnwritable(path: "\(bench.folder)/torch", reason: "not a directory")
        ) { try bench.source(torch: server).resolve(model) }
    }

    // MARK: - Two at once, and interrupts

    @Test func twoAtOnceFetchItOnce() async throws {
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes)
            answer.trickle = (30_000, 0.02)
            return answer
        }
        let source = bench.source(torch: server)
        let paths = try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { [model] in try source.resolve(model).path } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(paths == [file, file, file, file])
        #expect(server.requests.count == 1)
        #expect(bench.bytes(file) == bytes)
        #expect(bench.files(bench.torchFolder) == ["dinov2_vits14_pretrain.pth"])
    }

    @Test func waitingIsToldAndCanBeInterrupted() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        try FileManager.default.createDirectory(atPath: bench.torchFolder, withIntermediateDirectories: true)
        let descriptor = open(file + ".lock", O_RDWR | O_CREAT, 0o666)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_EX) == 0)
        let cancellation = Cancellation()
        var notes: [String] = []
        #expect(throws: EngineError.cancelled) {
            try bench.source(torch: server).resolve(model, cancellation: cancellation) { progress in
                guard let note = progress.note else { return }
                notes.append(note)
                cancellation.request()
            }
        }
        #expect(notes == ["waiting for another program that is downloading it"])
        #expect(server.requests.isEmpty)
    }

    @Test func interruptKeepsWhatCame() throws {
        let server = try TestServer { [bytes] _ in
            var answer = Answer.file(bytes, tag: "one")
            answer.trickle = (1000, 0.1)
            return answer
        }
        let cancellation = Cancellation()
        #expect(throws: EngineError.cancelled) {
            try bench.source(torch: server).resolve(model, cancellation: cancellation) { progress in
                if progress.doneBytes > 2000 { cancellation.request() }
            }
        }
        let kept = try #require(bench.bytes(file + ".partial"))
        // At a thousand bytes every tenth of a second, what came tells when it stopped.
        #expect(kept.count > 2000 && kept.count < 20_000 && kept.elementsEqual(bytes[..<kept.count]))
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func silentServersCanBeInterrupted() throws {
        let cancellation = Cancellation()
        let server = try TestServer { [bytes] _ in
            cancellation.request()
            sleep(4)
            return .file(bytes)
        }
        #expect(throws: EngineError.cancelled) {
            try bench.source(torch: server).resolve(model, cancellation: cancellation)
        }
    }
}
