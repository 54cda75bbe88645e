/// The progress of rendering an atlas.
public struct AtlasProgress: Hashable, Sendable {
    /// How many pictures exist, those from before the run included.
    public let done: Int
    /// How many pictures the work consists of.
    public let total: Int
    /// How long the rest will take in seconds; nil until that can be estimated.
    public let secondsLeft: Double?
    /// How many pictures this run is waiting for while another run makes them.
    public let waitingFor: Int
}

/// A neuron whose picture could not be made, because its numbers became NaN or infinite.
public struct AtlasFailedPicture: Hashable, Sendable {
    /// The layer's address.
    public let layer: String
    /// The neuron.
    public let neuron: Int
}

/// The result of a run.
public struct AtlasOutcome: Hashable, Sendable {
    /// How many pictures its part has.
    public let total: Int
    /// How many the run made itself.
    public let made: Int
    /// Those that could not be made.
    public let failed: [AtlasFailedPicture]

    /// Creates an outcome.
    public init(total: Int, made: Int, failed: [AtlasFailedPicture]) {
        self.total = total
        self.made = made
        self.failed = failed
    }
}

/// Counts pictures, and estimates the remaining time from their cost.
struct AtlasMeter {
    /// How many pictures the run has made itself.
    private(set) var made = 0
    private let total: Int
    private var done: Int
    private let weight: (AtlasItem) -> Double
    private let start = ContinuousClock.now
    private var workDone = 0.0
    private var workLeft: Double

    /// Creates a meter of a run that begins now.
    ///
    /// - Parameters:
    ///   - left: the pictures that are still to be made.
    ///   - weight: the cost of a picture, in any unit.
    init(total: Int, left: [AtlasItem], weight: @escaping (AtlasItem) -> Double) {
        self.total = total
        done = total - left.count
        self.weight = weight
        workLeft = left.reduce(0) { $0 + weight($1) }
    }

    /// Counts a sheet that this run has made.
    mutating func finish(_ sheet: [AtlasItem]) {
        let work = sheet.reduce(0) { $0 + weight($1) }
        made += sheet.count
        done += sheet.count
        workDone += work
        workLeft = max(workLeft - work, 0)
    }

    /// Counts pictures that other runs have made.
    mutating func note(_ items: [AtlasItem]) {
        done += items.count
        workLeft = max(workLeft - items.reduce(0) { $0 + weight($1) }, 0)
    }

    /// Returns the progress, with a share of the sheet that is being rendered.
    func progress(of sheet: [AtlasItem]?, _ share: Double = 0, waitingFor: Int = 0) -> AtlasProgress {
        let sheetWork = (sheet ?? []).reduce(0) { $0 + weight($1) } * share
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let work = workDone + sheetWork
        return AtlasProgress(
            done: done + Int(Double(sheet?.count ?? 0) * share), total: total,
            secondsLeft: work > 0 ? seconds / work * max(workLeft - sheetWork, 0) : nil, waitingFor: waitingFor)
    }
}
