import Images

/// A picture that was rendered, with everything that is needed to render it again.
public struct Picture: Hashable, Sendable {
    /// The pixels.
    public let image: Image
    /// The recipe of the sheet that the picture was made in.
    public let recipe: Recipe
    /// The picture's index in the sheet.
    public let index: Int
    /// The objective's value on ``image``, without transforms.
    public let activation: Float
    /// The objective in words.
    public let label: String
    /// Warnings about the picture; usually none.
    public internal(set) var notes: [PictureNote] = []
}

/// The result of a render.
public struct Rendering: Sendable {
    /// The reason why a render ended.
    public enum Stop: Hashable, Sendable {
        /// All steps were taken.
        case finished
        /// The render was interrupted; the pictures are those of the last step.
        case interrupted
        /// The activation became NaN or infinite at this step; the pictures are the last good ones.
        case notANumber(step: Int)
        /// The stage after this step does not fit into the memory, for this reason; the pictures are those of this step.
        case tooLarge(step: Int, reason: String)
    }

    /// The pictures, in the recipe's order.
    public let pictures: [Picture]
    /// The recipe that renders them again: `stopAfter` is set if the render ended early.
    public let recipe: Recipe
    /// The number of steps that were taken.
    public let steps: Int
    /// The duration of the render in seconds.
    public let seconds: Double
    /// The reason why the render ended.
    public let stop: Stop
    /// The objectives' values on the transformed pictures: `[steps][pictures]`.
    public let history: [[Float]]
    /// Whether the pictures were kept from an earlier render, so that ``seconds`` is the time that loading them took.
    public internal(set) var isKept = false
    /// How much each pixel of every picture mattered; empty if the pictures were kept by a version that had no masks.
    public internal(set) var masks: [PictureMask] = []

    /// Whether it was interrupted.
    public var wasInterrupted: Bool { stop == .interrupted }
}

/// The progress of a render.
///
/// It is valid during the call that it is passed to.
public struct RenderProgress {
    /// The number of steps that are done.
    public let step: Int
    /// The number of all steps.
    public let steps: Int
    /// The seconds since the render began.
    public let secondsElapsed: Double
    /// An estimate of the remaining seconds, from the duration of the steps so far.
    public let secondsLeft: Double
    /// Each objective's value on the transformed picture of this step.
    public let activations: [Float]
    /// The width of the finished pictures in pixels.
    public let width: Int
    /// The height of the finished pictures in pixels.
    public let height: Int
    let draw: () -> [Image]

    /// Draws the pictures so far, in the size of the finished ones.
    ///
    /// They are drawn only when this is called.
    public func snapshot() -> [Image] { draw().map { $0.resized(width: width, height: height) } }
}
