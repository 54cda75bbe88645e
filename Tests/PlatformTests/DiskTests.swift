import Foundation
import Platform
import Synchronization
import Testing

/// Waiting for disks that may not answer.
@Suite(.timeLimit(.minutes(10))) struct DiskTests {
    @Test(.timeLimit(.minutes(1))) func oneThatDoesNotAnswerCanBeInterrupted() throws {
        let cancellation = Cancellation()
        let answer = DispatchSemaphore(value: 0)
        let discarded = DispatchSemaphore(value: 0)
        let late = Mutex(0)
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { cancellation.request() }
        #expect(throws: EngineError.cancelled) {
            try Disk.$cancellation.withValue(cancellation) {
                try Disk.wait {
                    answer.wait()
                    return 7
                } discard: { result in
                    late.withLock { $0 = result }
                    discarded.signal()
                }
            }
        }
        // What it was for comes in the end, and is put away.
        answer.signal()
        discarded.wait()
        #expect(late.withLock { $0 } == 7)
    }

    @Test func workThatEndsIsReturned() throws {
        #expect(try Disk.wait { 7 } == 7)
        try Disk.$cancellation.withValue(Cancellation()) {
            let result = try Disk.wait { 7 }
            #expect(result == 7)
        }
    }

    /// Files are read the same way, whatever waits for them.
    @Test func filesAreReadInPieces() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("vitrine-\(UUID().uuidString)").path
        defer { unlink(path) }
        let bytes = (0..<40_000_000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try Disk.$cancellation.withValue(Cancellation()) {
            #expect(try OrdinaryFile.contents(of: path) == bytes)
            let file = try OrdinaryFile(path)
            #expect(try file.contents(from: 39_999_990, limit: 100) == Array(bytes.suffix(10)))
            #expect(try file.contents(from: 40_000_000, limit: 100).isEmpty)
            #expect(try file.contents(limit: 3) == Array(bytes.prefix(3)))
            #expect(throws: EngineError.fileUnreadable(path: path, reason: "it is larger than 1.0 kB")) {
                try OrdinaryFile.contents(of: path, limit: 1_000)
            }
        }
    }
}
