import Images

/// So many steps at one size by one procedure.
///
/// Where a render has several stages, each but the first starts from the picture of the one before, resampled to its own
/// size: coarse shapes first, then detail in larger pictures.
public struct RenderStage: Codable, Hashable, Sendable {
    /// The width of the picture in pixels.
    public var width: Int
    /// The height of the picture in pixels.
    public var height: Int
    /// How many steps there are. Schedules go from the stage's first step to its last.
    public var steps: Int
    /// How the picture is sought.
    public var procedure: Procedure

    /// A stage of these parts.
    public init(width: Int, height: Int, steps: Int, procedure: Procedure) {
        self.width = width
        self.height = height
        self.steps = steps
        self.procedure = procedure
    }

    /// The picture's size.
    public var size: PixelSize { PixelSize(width: width, height: height) }

    /// 0 at the stage's first step, 1 at its last.
    func progress(_ step: Int) -> Float { steps > 1 ? Float(step - 1) / Float(steps - 1) : 0 }
}
