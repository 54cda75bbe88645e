import Compute
import Images

/// The state of a transform, with its forward pass and gradient on one picture's planes `[3, height, width]`.
///
/// A stage saves what its gradient needs for each picture separately, so that different pictures can be
/// computed at the same time. If several threads share a picture, its parts are dealt out to them.
protocol TransformStage: AnyObject {
    /// Draws this step's random numbers for one picture.
    ///
    /// - Parameter progress: 0 at the first step, 1 at the last.
    func prepare(_ index: Int, random: inout RandomSource, progress: Float)

    /// Computes the transformed picture. `output` is overwritten; it is not `input`.
    func forward(
        _ index: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, _ team: ThreadTeam)

    /// Computes ∂objective/∂input, overwriting `inputGradient`.
    func gradient(
        _ index: Int, outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
        _ team: ThreadTeam)
}

extension Transform {
    /// Whether the transform is part of a resampling; neighbors that are become one.
    var isGeometric: Bool {
        switch self {
        case .pad, .jitter, .shift, .flip, .scale, .view, .crop, .rotate: true
        case .roll, .blur, .colorShift, .noise, .channelNoise, .clamp: false
        }
    }

    /// Creates the stages that apply `transforms`, in order.
    static func stages(_ transforms: [Transform], size: PixelSize, pictures: Int) -> [any TransformStage] {
        var stages: [any TransformStage] = []
        var geometric: [Transform] = []
        func finishGeometric() {
            guard !geometric.isEmpty else { return }
            stages.append(AffineResampling(geometric, size: size, pictures: pictures))
            geometric = []
        }
        for transform in transforms {
            if transform.isGeometric {
                geometric.append(transform)
            } else {
                finishGeometric()
                if let stage = transform.pointwiseStage(size: size, pictures: pictures) {
                    stages.append(stage)
                }
            }
        }
        finishGeometric()
        return stages
    }

    private func pointwiseStage(size: PixelSize, pictures: Int) -> (any TransformStage)? {
        switch self {
        case .pad, .jitter, .shift, .flip, .scale, .view, .crop, .rotate: nil
        case .roll(let pixels): Roll(pixels: pixels, size: size, pictures: pictures)
        case .blur(let deviation, let taps):
            GaussianBlur(deviation: deviation, taps: taps, size: size, pictures: pictures)
        case .colorShift(let gain, let offset):
            ColorShift(gain: gain, offset: offset, plane: size.area, pictures: pictures)
        case .noise(let deviation): PixelNoise(deviation: deviation, plane: size.area, pictures: pictures)
        case .channelNoise(let deviation):
            ChannelNoise(deviation: deviation, plane: size.area, pictures: pictures)
        case .clamp(let lower, let upper):
            Clamp(lower: lower, upper: upper, plane: size.area, pictures: pictures)
        }
    }
}
