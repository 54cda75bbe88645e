import Platform

/// A part of the work: "3/64" is the fourth of sixty-four.
public struct AtlasShard: Hashable, Sendable {
    /// Which part, from 0.
    public let index: Int
    /// How many parts there are.
    public let count: Int

    /// The whole work.
    public static let all = AtlasShard(unchecked: 0, of: 1)

    private init(unchecked index: Int, of count: Int) {
        self.index = index
        self.count = count
    }

    /// Parses a part of the work.
    ///
    /// - Parameter text: "3/64".
    /// - Throws: ``AtlasFailure/badShard(text:)``.
    public init(_ text: String) throws(EngineError) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count > 0,
            (0..<count).contains(index)
        else { throw .atlas(.badShard(text: text)) }
        self.init(unchecked: index, of: count)
    }

    /// Returns the range of pieces of work that belong to the shard.
    ///
    /// They are neighbors, so that a shard has few layers. Each shard has about the same amount of work, not the same
    /// number of pieces: a neuron of the last block takes many times as long as one of the first.
    ///
    /// - Parameter work: the cost of each piece, in any unit; more than 0.
    public func places(of work: [Double]) -> Range<Int> {
        let total = work.reduce(0, +)
        var (before, first, last) = (0.0, 0, 0)
        for piece in work {
            // A piece goes where its middle lies.
            let shard = Int((before + piece / 2) / total * Double(count))
            if shard < index { first += 1 }
            if shard <= index { last += 1 }
            before += piece
        }
        return first..<(index == count - 1 ? work.count : last)
    }

    /// "3/64".
    public var words: String { "\(index)/\(count)" }
}

extension AtlasShard {
    /// Returns the part that a scheduler assigned to this process, from environment variables; nil if there are none.
    ///
    /// Kubernetes' Indexed Jobs, Slurm's array jobs, PMI and Open MPI set the index. Kubernetes does not set the count:
    /// `VITRINE_SHARDS` does.
    ///
    /// - Throws: ``AtlasFailure/badShard(text:)``.
    public static func scheduled(_ environment: [String: String]) throws(EngineError) -> AtlasShard? {
        for (index, count, first) in [
            ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"),
            ("JOB_COMPLETION_INDEX", "VITRINE_SHARDS", ""), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", ""),
            ("PMI_RANK", "PMI_SIZE", ""), ("PMIX_RANK", "SLURM_NTASKS", ""),
        ] {
            guard let own = environment[index] else { continue }
            // An explicit count takes precedence: a resubmitted array has gaps.
            if let shards = environment["VITRINE_SHARDS"] { return try AtlasShard("\(own)/\(shards)") }
            guard let count = environment[count], let number = Int(own) else { continue }
            return try AtlasShard("\(number - (environment[first].flatMap { Int($0) } ?? 0))/\(count)")
        }
        return nil
    }
}
