import Compute
import Foundation
import Images
import Models
import Platform

/// The photographs of a folder in a random order, again and again, each time whole or as a random part.
///
/// The order and the parts depend on the seed and on the files' names only, not on the file system or on threads.
struct PhotographViews {
    /// The result of reading the folder so far. A photograph counts once.
    private(set) var reading: FolderReading

    private let model: Model
    private let takesParts: Bool
    private let cancellation: Cancellation?
    private var random: RandomSource
    private var paths: [String]
    private var order: [Int] = []
    private var kept: [String: Image] = [:]
    private var keptPixels = 0
    private var known: Set<String> = []

    /// The least share of a photograph's sides that a part has.
    private static let leastSide = 0.4
    /// How many pixels are kept decoded: those of a small folder are read once.
    private static let mostKeptPixels = 48_000_000

    /// Lists a folder.
    ///
    /// - Parameter takesParts: whether a random part of each photograph is taken, with its aspect ratio.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    init(
        of folder: String, for model: Model, takesParts: Bool, seed: UInt64, cancellation: Cancellation?
    ) throws(EngineError) {
        self.model = model
        self.takesParts = takesParts
        self.cancellation = cancellation
        reading = FolderReading(folder: folder)
        random = RandomSource(seed: seed, stream: 1)
        paths = []
        var walk = try FolderWalk(folder)
        while let entry = walk.next() {
            if paths.count % 1024 == 0 { try cancellation?.check() }
            switch entry {
            case .file(let path): paths.append(path)
            case .closedFolder(let path):
                reading.skip(path, reason: "You do not have permission to read the folder “\(path)”.")
            }
        }
        paths.sort()
    }

    /// Returns the next views, ready for the model; fewer than `count` only if the rest of a round cannot be read.
    ///
    /// - Throws: ``EngineError/cancelled``; ``EngineError/invalidValue(what:found:expected:)`` if there is no photograph.
    mutating func next(_ count: Int) throws(EngineError) -> [Image] {
        var wanted: [(path: String, columns: ClosedRange<Double>, rows: ClosedRange<Double>)] = []
        var failures = 0
        while true {
            while wanted.count < count {
                if order.isEmpty { order = paths.indices.shuffled(using: &random) }
                guard let index = order.popLast() else { throw noPhotographs }
                wanted.append((paths[index], 0...1, 0...1))
                if takesParts { (wanted[wanted.count - 1].columns, wanted[wanted.count - 1].rows) = part() }
            }
            let found = try read(wanted.map { (path: $0.path, columns: $0.columns, rows: $0.rows) })
            if !found.isEmpty { return found }
            failures += wanted.count
            guard !paths.isEmpty, failures < 1_000_000 else { throw noPhotographs }
            wanted = []
        }
    }

    /// Returns a random part of a picture, in shares of its sides.
    private mutating func part() -> (columns: ClosedRange<Double>, rows: ClosedRange<Double>) {
        func share() -> Double { Double(random.uniform()) }
        let side = Self.leastSide + (1 - Self.leastSide) * share()
        let (left, top) = ((1 - side) * share(), (1 - side) * share())
        return (left...(left + side), top...(top + side))
    }

    private mutating func read(
        _ wanted: [(path: String, columns: ClosedRange<Double>, rows: ClosedRange<Double>)]
    ) throws(EngineError) -> [Image] {
        let (preprocessing, cancellation, kept) = (model.preprocessing, cancellation, kept)
        let lock = NSLock()
        nonisolated(unsafe) var results = [Result<(whole: Image, seen: Image), EngineError>?](
            repeating: nil, count: wanted.count)
        concurrently(wanted.count, threads: model.host.threadCount) { index in
            let (path, columns, rows) = wanted[index]
            let result = Result { () throws(EngineError) -> (whole: Image, seen: Image) in
                let whole: Image
                if let known = kept[path] {
                    whole = known
                } else {
                    whole = try PhotographStream.image(at: path, cancellation)
                }
                func range(_ share: ClosedRange<Double>, of count: Int) -> Range<Int> {
                    let first = min(Int(share.lowerBound * Double(count)), count - 1)
                    return first..<max(min(Int(share.upperBound * Double(count)), count), first + 1)
                }
                let part = whole.cropped(columns: range(columns, of: whole.width), rows: range(rows, of: whole.height))
                return (whole: whole, seen: preprocessing.seen(of: part))
            }
            lock.withLock { results[index] = result }
        }
        var seen: [Image] = []
        for ((path, _, _), result) in zip(wanted, results) {
            switch result {
            case .success(let found):
                seen.append(found.seen)
                keep(found.whole, of: path)
            case .failure(.cancelled): throw .cancelled
            case .failure(let error): leave(path, error)
            case nil: break
            }
        }
        return seen
    }

    private mutating func keep(_ image: Image, of path: String) {
        if known.insert(path).inserted { reading.photographCount += 1 }
        let pixels = image.width * image.height
        guard kept[path] == nil, keptPixels + pixels <= Self.mostKeptPixels else { return }
        keptPixels += pixels
        kept[path] = image
    }

    /// Leaves out a file that cannot be read.
    private mutating func leave(_ path: String, _ error: EngineError) {
        guard let place = paths.firstIndex(of: path) else { return }
        paths.remove(at: place)
        order = order.compactMap { $0 == place ? nil : $0 > place ? $0 - 1 : $0 }
        if error.other(as: ImageError.self) != nil, !PhotographStream.isNamedLikeAPhotograph(path) {
            reading.otherCount += 1
        } else {
            reading.skip(path, error)
        }
    }

    private var noPhotographs: EngineError {
        let first = reading.skipped.first.map { " (the first that could not be read: \($0.reason))" } ?? ""
        return .invalidValue(
            what: "The number of photographs in “\(reading.folder)”",
            found: reading.fileCount == 0 ? "0: the folder is empty" : "0 of \(reading.fileCount) files\(first)",
            expected: "1 or more PNG or JPEG files, in the folder or its subfolders")
    }

    /// Whether the rest of the work must stop because the last file that could be read is gone.
    var isEmpty: Bool { paths.isEmpty }
}
