import Platform

/// How a dictionary is trained.
public struct DictionarySettings: Hashable, Sendable {
    /// The number of latents.
    public var size: Int
    /// k: how many latents are kept in each patch.
    public var active: Int
    /// How many steps are taken.
    public var steps: Int
    /// How many patches each step sees.
    public var batch: Int
    /// Adam's rate; nil for 2·10⁻⁴ · √(2¹⁴ / size), as in EleutherAI's `sparsify` after Gao et al. 2024, section 2.5.
    public var rate: Double?
    /// How much the loss of dead latents counts.
    public var auxiliary: Double
    /// The number of patches after which a latent that was never kept is dead.
    public var deadAfter: Int
    /// How many patches of a photograph are taken at random; nil for all.
    public var patches: Int?
    /// Whether random parts of the photographs are read, which makes more of few.
    public var crops: Bool
    /// The seed.
    public var seed: UInt64

    /// Creates settings.
    public init(
        size: Int, active: Int = 16, steps: Int = 3000, batch: Int = 512, rate: Double? = nil,
        auxiliary: Double = 1.0 / 32, deadAfter: Int = 50_000, patches: Int? = nil, crops: Bool = true, seed: UInt64 = 0
    ) {
        self.size = size
        self.active = active
        self.steps = steps
        self.batch = batch
        self.rate = rate
        self.auxiliary = auxiliary
        self.deadAfter = deadAfter
        self.patches = patches
        self.crops = crops
        self.seed = seed
    }

    /// How often each patch is seen before others take its place.
    static let uses = 8
    /// How many patches are held at a time.
    static let pool = 32_768
    /// The last share of the steps, in which the rate falls to 0.
    static let decay = 0.2
    /// The first share of the steps, in which it rises.
    static let warmUp = 0.05

    /// Throws if a number is out of its range.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``.
    public func validate() throws(EngineError) {
        func require(
            _ value: Int, _ range: ClosedRange<Int>, _ what: String, _ note: String = ""
        ) throws(EngineError) {
            guard !range.contains(value) else { return }
            throw .invalidValue(
                what: what, found: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)\(note)")
        }
        try require(
            size, 2...1_000_000, "The number of latents, `size`", "; 4 to 32 times the layer's features are usual")
        try require(active, 1...size, "The number of latents in a patch, `active`", ", the number of latents")
        try require(steps, 1...1_000_000, "The number of steps")
        try require(batch, 2...1_000_000, "The number of patches in a step, `batch`")
        try require(deadAfter, 1...Int.max, "The number of patches after which a latent is dead, `deadAfter`")
        if let patches { try require(patches, 1...1_000_000, "The number of patches of a photograph, `patches`") }
        if let rate, !(rate > 0 && rate <= 1) {
            throw .invalidValue(what: "The rate", found: "\(rate)", expected: "more than 0, at most 1; 0.001 is usual")
        }
        guard auxiliary >= 0, auxiliary.isFinite else {
            throw .invalidValue(
                what: "The weight of the loss of dead latents, `auxiliary`", found: "\(auxiliary)",
                expected: "0 or more; 1 / 32 is usual")
        }
    }

    /// Throws if a training takes more memory than there is.
    ///
    /// Parameters, their gradients and Adam's two means, a batch with its latents before the gate, and the pool.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    func checkRoom(width: Int, availableBytes: Int) throws(EngineError) {
        let parameters = 4.0 * 2 * Double(size) * Double(width + 1)
        let rows = Double(batch) * (5 * Double(width) + Double(size) + 2 * Double(active + width / 2))
        let needed = 4 * (parameters + rows + Double(Self.pool) * Double(width))
        guard needed > Double(availableBytes) else { return }
        throw .tooLarge(
            what: "The training of \(size) latents on batches of \(batch)", neededBytes: Int(min(needed, 1e18)),
            availableBytes: availableBytes)
    }

    /// Returns the rate at a step, from 0.
    func rate(at step: Int) -> Float {
        let full = rate ?? 2e-4 * (16_384 / Double(size)).squareRoot()
        let progress = Double(step) / Double(max(steps, 1))
        let rise = min(1, (progress + 1 / Double(steps)) / Self.warmUp)
        let fall = min(1, (1 - progress) / Self.decay)
        return Float(full * min(rise, fall))
    }

    /// The settings as the record keeps them.
    var numbers: [String: Double] {
        [
            "active": Double(active), "steps": Double(steps), "batch": Double(batch),
            "rate": rate ?? 2e-4 * (16_384 / Double(size)).squareRoot(), "auxiliary": auxiliary,
            "deadAfter": Double(deadAfter), "patches": Double(patches ?? 0), "crops": crops ? 1 : 0,
            "seed": Double(seed),
        ]
    }
}
