import Images

/// A number of steps at one size by one procedure.
///
/// If a render has several stages, each except the first starts from the picture of the one before, resampled to its
/// own size: coarse shapes first, then detail in larger pictures.
public struct RenderStage: Codable, Hashable, Sendable {
    /// The width of the picture in pixels.
    public var width: Int
    /// The height of the picture in pixels.
    public var height: Int
    /// The number of steps. Schedules go from the stage's first step to its last.
    public var steps: Int
    /// The procedure for making the picture.
    public var procedure: Procedure

    /// Creates a stage.
    public init(width: Int, height: Int, steps: Int, procedure: Procedure) {
        self.width = width
        self.height = height
        self.steps = steps
        self.procedure = procedure
    }

    /// The picture's size.
    public var size: PixelSize { PixelSize(width: width, height: height) }

    /// Returns the progress of a step: 0 at the stage's first step, 1 at its last.
    func progress(_ step: Int) -> Float { steps > 1 ? Float(step - 1) / Float(steps - 1) : 0 }
}
