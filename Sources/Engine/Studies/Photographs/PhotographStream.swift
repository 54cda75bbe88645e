import Compute
import Foundation
import Images
import Models
import Platform

/// Runs the photographs of a folder through a model, some at a time.
///
/// The memory that it takes depends on the model and on how large single photographs are, not on how many there are.
package struct PhotographStream {
    /// A photograph that the model has seen.
    package struct Photograph: Sendable {
        /// Its path.
        package let path: String
        /// What the model sees of it.
        let seen: Image
    }

    private let folder: String
    private let model: Model
    private let executor: any Executor
    private let cancellation: Cancellation?

    /// How many photographs are read and computed together at most.
    private static let largestPiece = 8

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

    /// Hands every photograph to `body`, with the executor after its forward pass and its place in the batch.
    ///
    /// What cannot be read is counted. After an interrupt, the reading so far is returned.
    ///
    /// - Parameters:
    ///   - progress: is told after each piece how far the reading is.
    ///   - body: returns whether the model's answer was a number.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)`` for the folder
    ///   itself; ``EngineError/cancelled`` when interrupted before the first photograph;
    ///   ``EngineError/invalidValue(what:found:expected:)`` where there is not one photograph.
    package func run(
        progress: ((FolderProgress) -> Void)?, _ body: (Photograph, any Executor, Int) -> Bool
    ) throws(EngineError) -> FolderReading {
        var reading = FolderReading(folder: folder)
        do throws(EngineError) {
            let total = try countFiles()
            var walk = try FolderWalk(folder)
            var paths = next(executor.plan.batch, of: &walk, &reading)
            while !paths.isEmpty {
                try cancellation?.check()
                let photographs = try read(paths, &reading)
                try look(at: photographs, &reading, body)
                progress?(FolderProgress(done: min(reading.fileCount, total), total: total, reading: reading))
                paths = next(executor.plan.batch, of: &walk, &reading)
            }
        } catch {
            guard case .cancelled = error, reading.photographCount > 0 else { throw error }
            reading.wasInterrupted = true
        }
        guard reading.photographCount > 0 else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: found(reading),
                expected: "1 or more PNG or JPEG files, in it or in folders in it")
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

    private func next(_ count: Int, of walk: inout FolderWalk, _ reading: inout FolderReading) -> [String] {
        var paths: [String] = []
        while paths.count < count, let entry = walk.next() {
            switch entry {
            case .file(let path): paths.append(path)
            case .closedFolder(let path): reading.skip(path, reason: "“\(path)” is a folder that you may not read.")
            }
        }
        return paths
    }

    /// The photographs among some files, decoded and prepared on as many cores as the engine may use.
    ///
    /// - Throws: ``EngineError/cancelled``.
    private func read(_ paths: [String], _ reading: inout FolderReading) throws(EngineError) -> [Photograph] {
        let (preprocessing, cancellation) = (model.preprocessing, cancellation)
        let lock = NSLock()
        nonisolated(unsafe) var results = [Result<Image, EngineError>?](repeating: nil, count: paths.count)
        concurrently(paths.count, threads: model.host.threadCount) { index in
            let result = Result { () throws(EngineError) in
                preprocessing.seen(of: try Self.image(at: paths[index], cancellation))
            }
            lock.withLock { results[index] = result }
        }
        var photographs: [Photograph] = []
        for (path, result) in zip(paths, results) {
            switch result {
            case .success(let seen): photographs.append(Photograph(path: path, seen: seen))
            case .failure(.cancelled): throw .cancelled
            case .failure(let error):
                let isNoImage = error.other(as: ImageError.self) != nil
                if isNoImage, !Self.isNamedLikeAPhotograph(path) {
                    reading.otherCount += 1
                } else {
                    reading.skip(path, error)
                }
            case nil: break
            }
        }
        return photographs
    }

    /// The picture in a file, whose disk may hang: on this thread nothing else would stop waiting for it.
    private static func image(at path: String, _ cancellation: Cancellation?) throws(EngineError) -> Image {
        let result = Disk.$cancellation.withValue(cancellation) {
            Result { () throws(EngineError) in try Image(contentsOf: path) }
        }
        return try result.get()
    }

    private func look(
        at photographs: [Photograph], _ reading: inout FolderReading,
        _ body: (Photograph, any Executor, Int) -> Bool
    ) throws(EngineError) {
        guard !photographs.isEmpty else { return }
        executor.writeInput { batch in
            let count = batch.count / executor.plan.batch
            for (place, photograph) in photographs.enumerated() {
                let input = model.preprocessing.tensor(ofSeen: photograph.seen)
                let own = UnsafeMutableBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                _ = own.update(fromContentsOf: input.values)
            }
        }
        // Where there are fewer photographs than places, the last ones still hold older photographs, which are not read.
        try executor.forward(cancellation: cancellation)
        for (place, photograph) in photographs.enumerated() {
            if body(photograph, executor, place) {
                reading.photographCount += 1
            } else {
                reading.skip(
                    photograph.path, reason: "\(model.name)'s output for “\(photograph.path)” is not a number.")
            }
        }
    }

    private func found(_ reading: FolderReading) -> String {
        guard let first = reading.skipped.first else {
            return reading.otherCount == 0 ? "0, it holds no files" : "0 of \(reading.otherCount) files"
        }
        return "0 of \(reading.fileCount) files (the first that could not be read: \(first.reason))"
    }

    private static func isNamedLikeAPhotograph(_ path: String) -> Bool {
        ["png", "jpg", "jpeg", "jpe", "jfif"].contains((path as NSString).pathExtension.lowercased())
    }
}
