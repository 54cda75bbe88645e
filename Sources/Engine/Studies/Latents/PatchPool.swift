import Compute
import Images
import Models
import Platform

/// Rows of a layer's output over many photographs, from which batches are drawn in a random order.
///
/// The pool is read once over; after each round, in which every row is drawn once, the rows that have been in it longest
/// are replaced by new ones. So the memory does not depend on the folder, neighbors of one photograph come apart, and
/// each row is used a few times. Activation stores of SAE projects do the same.
struct PatchPool {
    /// How many rows have been read.
    private(set) var readCount = 0
    private(set) var views: PhotographViews

    private let executor: any Executor
    private let model: Model
    private let rows: Range<Int>
    private let rowsPerView: Int
    private let width: Int
    private let elementCount: Int
    private let uses: Int
    private let cancellation: Cancellation?
    private var random: RandomSource
    private var pool: [Float] = []
    private let capacity: Int
    private var oldest = 0
    private var order: [Int] = []

    /// The most bytes that a pool takes.
    private static let mostBytes = 512 << 20
    private static let viewsTogether = 8

    /// Creates an empty pool.
    ///
    /// - Parameters:
    ///   - rowsPerView: how many patches of a view are taken, chosen at random; nil for all.
    ///   - capacity: how many rows the pool holds at most.
    ///   - uses: how often each row is drawn.
    /// - Throws: the errors of ``Model/usualLevel(at:in:cancellation:progress:)``.
    init(
        of views: PhotographViews, through model: Model, at layer: String, rowsPerView: Int?, capacity: Int, uses: Int,
        seed: UInt64, cancellation: Cancellation?
    ) throws(EngineError) {
        self.views = views
        self.model = model
        self.cancellation = cancellation
        self.uses = uses
        rows = try model.comparedRows(of: layer)
        let shape = try model.layerShape(layer)
        (width, elementCount) = (shape.features, shape.extents.count)
        self.rowsPerView = min(rowsPerView ?? rows.count, rows.count)
        self.capacity = max(min(capacity, Self.mostBytes / (4 * width)), 1)
        random = RandomSource(seed: seed, stream: 2)
        executor = try InputBatch.largestExecutor(
            of: model, layers: [layer], atMost: Self.viewsTogether, gradient: false)
    }

    /// Fills the pool.
    ///
    /// - Parameter progress: is called with how many of how many rows are there.
    /// - Throws: ``EngineError/cancelled``; ``EngineError/invalidValue(what:found:expected:)`` if there is no photograph,
    ///   or if the model's output is never finite.
    mutating func fill(progress: (Int, Int) -> Void) throws(EngineError) {
        while pool.count < capacity * width {
            try cancellation?.check()
            pool += try read().prefix(capacity * width - pool.count)
            progress(pool.count / width, capacity)
        }
    }

    /// The rows that are in the pool now, `[rows, width]`.
    var contents: [Float] { pool }

    /// Draws a batch, `[count, width]`.
    ///
    /// - Throws: as ``fill(progress:)``.
    mutating func next(_ count: Int) throws(EngineError) -> [Float] {
        var batch: [Float] = []
        batch.reserveCapacity(count * width)
        for _ in 0..<count {
            if order.isEmpty { try beginRound() }
            guard let row = order.popLast() else { break }
            batch += pool[row * width..<(row + 1) * width]
        }
        return batch
    }

    private var isFirstRound = true

    private mutating func beginRound() throws(EngineError) {
        let count = pool.count / width
        if !isFirstRound {
            var left = max(count / uses, 1)
            while left > 0 {
                try cancellation?.check()
                let new = try read()
                for row in 0..<min(new.count / width, left) {
                    pool.replaceSubrange(
                        oldest * width..<(oldest + 1) * width, with: new[row * width..<(row + 1) * width])
                    oldest = (oldest + 1) % count
                }
                left -= new.count / width
            }
        }
        isFirstRound = false
        order = (0..<count).shuffled(using: &random)
    }

    /// Computes the rows of some more views.
    private mutating func read() throws(EngineError) -> [Float] {
        for _ in 0..<Self.mostAttempts {
            let seen = try views.next(executor.plan.batch)
            let count = elementCount
            executor.writeInput { batch in
                let pixels = batch.count / executor.plan.batch
                for (place, image) in seen.enumerated() {
                    let own = UnsafeMutableBufferPointer(rebasing: batch[place * pixels..<(place + 1) * pixels])
                    _ = own.update(fromContentsOf: model.preprocessing.tensor(ofSeen: image).values)
                }
            }
            try executor.forward(cancellation: cancellation)
            try cancellation?.check()
            var found: [Float] = []
            for place in seen.indices {
                let chosen =
                    rowsPerView == rows.count
                    ? Array(rows) : Array(rows.shuffled(using: &random).prefix(rowsPerView))
                executor.readOutput(of: LayerIndex(0)) { batch in
                    let output = UnsafeBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                    guard output.allSatisfy(\.isFinite) else { return }
                    for row in chosen { found += output[row * width..<(row + 1) * width] }
                }
            }
            if !found.isEmpty {
                readCount += found.count / width
                return found
            }
        }
        throw .invalidValue(
            what: "The output of \(model.name)", found: "NaN or infinite for every photograph",
            expected: "finite numbers")
    }

    private static let mostAttempts = 100
}
