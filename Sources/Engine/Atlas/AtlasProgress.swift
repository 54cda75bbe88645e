/// How far the rendering of an atlas is.
public struct AtlasProgress: Hashable, Sendable {
    /// How many pictures are there, those that were known before included.
    public let done: Int
    /// How many belong to the work.
    public let total: Int
    /// How long the rest will take in seconds; nil before anybody knows.
    public let secondsLeft: Double?
    /// Pictures that another run is making and that are waited for.
    public let waitingFor: Int
}

/// A picture that could not be made: the numbers ran away.
public struct AtlasFailedPicture: Hashable, Sendable {
    /// The layer's address.
    public let layer: String
    /// The neuron.
    public let neuron: Int
}

/// What a run came to.
public struct AtlasOutcome: Hashable, Sendable {
    /// How many pictures its part has.
    public let total: Int
    /// How many it made itself.
    public let made: Int
    /// Those that could not be made.
    public let failed: [AtlasFailedPicture]

    /// An outcome.
    public init(total: Int, made: Int, failed: [AtlasFailedPicture]) {
        self.total = total
        self.made = made
        self.failed = failed
    }
}

/// Counts pictures, and tells from the work they are how long the rest takes.
struct AtlasMeter {
    /// How many pictures the run has made itself.
    private(set) var made = 0
    private let total: Int
    private var done: Int
    private let weight: (AtlasItem) -> Double
    private let start = ContinuousClock.now
    private var workDone = 0.0
    private var workLeft: Double

    /// A meter of a run that begins now.
    ///
    /// - Parameters:
    ///   - left: what is still to be made.
    ///   - weight: how much work a picture is, in whatever unit.
    init(total: Int, left: [AtlasItem], weight: @escaping (AtlasItem) -> Double) {
        self.total = total
        done = total - left.count
        self.weight = weight
        workLeft = left.reduce(0) { $0 + weight($1) }
    }

    /// A sheet is made.
    mutating func finish(_ sheet: [AtlasItem]) {
        let work = sheet.reduce(0) { $0 + weight($1) }
        made += sheet.count
        done += sheet.count
        workDone += work
        workLeft = max(workLeft - work, 0)
    }

    /// Others have made some.
    mutating func note(_ items: [AtlasItem]) {
        done += items.count
        workLeft = max(workLeft - items.reduce(0) { $0 + weight($1) }, 0)
    }

    /// How far the run is, with a share of a sheet.
    func progress(of sheet: [AtlasItem]?, _ share: Double = 0, waitingFor: Int = 0) -> AtlasProgress {
        let sheetWork = (sheet ?? []).reduce(0) { $0 + weight($1) } * share
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let work = workDone + sheetWork
        return AtlasProgress(
            done: done + Int(Double(sheet?.count ?? 0) * share), total: total,
            secondsLeft: work > 0 ? seconds / work * max(workLeft - sheetWork, 0) : nil, waitingFor: waitingFor)
    }
}
