import Compute
import Foundation
import Images
import Models
import Platform

/// Runs the photographs of a folder through a model, some at a time.
///
/// The memory that it takes depends on the model and the largest photograph, not on how many photographs there are.
package struct PhotographStream {
    /// A photograph that has gone through the model.
    package struct Photograph: Sendable {
        /// The photograph's path.
        package let path: String
        /// The part of it that the model sees.
        let seen: Image
        /// The same as the model's input.
        fileprivate let input: Tensor
    }

    private let folder: String
    private let model: Model
    private let executor: any Executor
    private let cancellation: Cancellation?

    /// The largest number of photographs that are read and evaluated together.
    private static let largestPiece = 8

    /// Creates a stream and allocates its executor.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    package init(
        of folder: String, through model: Model, layers: [String], cancellation: Cancellation?
    ) throws(EngineError) {
        self.folder = folder
        self.model = model
        self.cancellation = cancellation
        executor = try InputBatch.largestExecutor(
            of: model, layers: layers, atMost: Self.largestPiece, gradient: false)
    }

    /// Calls `body` with every photograph, the executor after its forward pass, and the photograph's index in the
    /// batch.
    ///
    /// Files that cannot be read are counted. After an interrupt, the result so far is returned.
    ///
    /// - Parameters:
    ///   - wanted: the paths of the photographs that are read; nil for all.
    ///   - progress: is called after each batch with the progress.
    ///   - body: returns whether the model's output was finite.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder
    ///   itself; ``EngineError/cancelled`` when interrupted before the first photograph;
    ///   ``EngineError/invalidValue(what:found:expected:)`` if there are no photographs.
    package func run(
        among wanted: Set<String>? = nil,
        progress: ((FolderProgress) -> Void)?, _ body: (Photograph, any Executor, Int) -> Bool
    ) throws(EngineError) -> FolderReading {
        var reading = FolderReading(folder: folder)
        do throws(EngineError) {
            let total = if let wanted { wanted.count } else { try countFiles() }
            var walk = try FolderWalk(folder)
            var paths = next(executor.plan.batch, of: &walk, &reading, among: wanted)
            while !paths.isEmpty {
                try cancellation?.check()
                let photographs = try read(paths, &reading)
                try evaluate(photographs, &reading, body)
                progress?(FolderProgress(done: min(reading.fileCount, total), total: total, reading: reading))
                paths = next(executor.plan.batch, of: &walk, &reading, among: wanted)
            }
        } catch {
            guard case .cancelled = error, reading.photographCount > 0 else { throw error }
            reading.wasInterrupted = true
        }
        guard reading.photographCount > 0 else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: found(reading),
                expected: "1 or more PNG or JPEG files, in the folder or its subfolders")
        }
        return reading
    }

    private func countFiles() throws(EngineError) -> Int {
        var walk = try FolderWalk(folder)
        var count = 0
        while walk.next() != nil {
            count += 1
            if count % 1024 == 0 { try cancellation?.check() }
        }
        return count
    }

    private func next(
        _ count: Int, of walk: inout FolderWalk, _ reading: inout FolderReading, among wanted: Set<String>?
    ) -> [String] {
        var paths: [String] = []
        while paths.count < count, let entry = walk.next() {
            switch entry {
            case .file(let path): if wanted?.contains(path) ?? true { paths.append(path) }
            case .closedFolder(let path):
                reading.skip(path, reason: "You do not have permission to read the folder “\(path)”.")
            }
        }
        return paths
    }

    /// Reads the photographs among some files, decoded and prepared on as many cores as the engine may use.
    ///
    /// - Throws: ``EngineError/cancelled``.
    private func read(_ paths: [String], _ reading: inout FolderReading) throws(EngineError) -> [Photograph] {
        let (preprocessing, cancellation) = (model.preprocessing, cancellation)
        let lock = NSLock()
        nonisolated(unsafe) var results = [Result<Photograph, EngineError>?](repeating: nil, count: paths.count)
        concurrently(paths.count, threads: model.host.threadCount) { index in
            let result = Result { () throws(EngineError) in
                let seen = preprocessing.seen(of: try Self.image(at: paths[index], cancellation))
                return Photograph(path: paths[index], seen: seen, input: preprocessing.tensor(ofSeen: seen))
            }
            lock.withLock { results[index] = result }
        }
        var photographs: [Photograph] = []
        for (path, result) in zip(paths, results) {
            switch result {
            case .success(let photograph): photographs.append(photograph)
            case .failure(.cancelled): throw .cancelled
            case .failure(let error):
                let isUnknownFormat = error.other(as: ImageError.self) != nil
                if isUnknownFormat, !Self.isNamedLikeAPhotograph(path) {
                    reading.otherCount += 1
                } else {
                    reading.skip(path, error)
                }
            case nil: break
            }
        }
        return photographs
    }

    /// Reads the picture in a file. The disk may hang, and on this thread only the cancellation ends the wait.
    static func image(at path: String, _ cancellation: Cancellation?) throws(EngineError) -> Image {
        let result = Disk.$cancellation.withValue(cancellation) {
            Result { () throws(EngineError) in try Image(contentsOf: path) }
        }
        return try result.get()
    }

    private func evaluate(
        _ photographs: [Photograph], _ reading: inout FolderReading,
        _ body: (Photograph, any Executor, Int) -> Bool
    ) throws(EngineError) {
        guard !photographs.isEmpty else { return }
        executor.writeInput { batch in
            let count = batch.count / executor.plan.batch
            for (place, photograph) in photographs.enumerated() {
                let own = UnsafeMutableBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                _ = own.update(fromContentsOf: photograph.input.values)
            }
        }
        // If there are fewer photographs than the batch holds, the last inputs are old ones, whose outputs are not
        // read.
        try executor.forward(cancellation: cancellation)
        for (place, photograph) in photographs.enumerated() {
            if body(photograph, executor, place) {
                reading.photographCount += 1
            } else {
                reading.skip(
                    photograph.path, reason: "\(model.name)'s output for “\(photograph.path)” is NaN or infinite.")
            }
        }
    }

    private func found(_ reading: FolderReading) -> String {
        guard let first = reading.skipped.first else {
            return reading.otherCount == 0 ? "0: the folder is empty" : "0 of \(reading.otherCount) files"
        }
        return "0 of \(reading.fileCount) files (the first that could not be read: \(first.reason))"
    }

    static func isNamedLikeAPhotograph(_ path: String) -> Bool {
        ["png", "jpg", "jpeg", "jpe", "jfif"].contains((path as NSString).pathExtension.lowercased())
    }
}
