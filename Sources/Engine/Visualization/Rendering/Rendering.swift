import Images

/// A picture that was rendered, with all that makes it again.
public struct Picture: Hashable, Sendable {
    /// The pixels.
    public let image: Image
    /// The recipe of the sheet that the picture was made in.
    public let recipe: Recipe
    /// The picture's place in the sheet.
    public let index: Int
    /// The objective's value on ``image`` as it is, undisturbed.
    public let activation: Float
    /// The objective in words.
    public let label: String
    /// What to know of the picture before trusting it; usually nothing.
    public internal(set) var notes: [PictureNote] = []
}

/// What a renderer hands back.
public struct Rendering: Sendable {
    /// Why the render ended.
    public enum Stop: Hashable, Sendable {
        /// All steps were taken.
        case finished
        /// It was interrupted; the pictures are those so far.
        case interrupted
        /// The activation stopped being a number at this step; the pictures are the last good ones.
        case notANumber(step: Int)
        /// The stage after this step does not fit into the memory, for this reason; the pictures are those of the step.
        case tooLarge(step: Int, reason: String)
    }

    /// The pictures, in the recipe's order.
    public let pictures: [Picture]
    /// The recipe that makes them again: `stopAfter` is set where the render ended early.
    public let recipe: Recipe
    /// How many steps the pictures have behind them.
    public let steps: Int
    /// How long the render took.
    public let seconds: Double
    /// Why the render ended.
    public let stop: Stop
    /// The objectives' values on the disturbed pictures: `[steps][pictures]`.
    public let history: [[Float]]
    /// Whether the pictures were kept from an earlier render, so that ``seconds`` is how long it took to find them.
    public internal(set) var isKept = false

    /// Whether it was interrupted.
    public var wasInterrupted: Bool { stop == .interrupted }
}

/// How far a render is.
///
/// It is valid during the call that it is handed to.
public struct RenderProgress {
    /// How many steps are done.
    public let step: Int
    /// How many there are.
    public let steps: Int
    /// How long the render has taken.
    public let secondsElapsed: Double
    /// How long it will take, by the time that steps took so far.
    public let secondsLeft: Double
    /// Each objective's value on the disturbed picture of this step.
    public let activations: [Float]
    /// The width of the finished pictures in pixels.
    public let width: Int
    /// The height of the finished pictures in pixels.
    public let height: Int
    let draw: () -> [Image]

    /// The pictures so far, in the size of the finished ones whatever the stage's.
    ///
    /// They are made when this is called, and not otherwise.
    public func snapshot() -> [Image] { draw().map { $0.resized(width: width, height: height) } }
}
