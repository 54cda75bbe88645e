import Compute

/// A parameterization by a picture's own channels: `picture = color(p)`, where `p` is `[3, height, width]`.
final class PixelParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let color: Color
    private let plane: Int

    /// Creates the state before the first step.
    ///
    /// - Parameters:
    ///   - seeds: one for each picture.
    ///   - pictures: what each picture starts from instead, `[3, height, width]`; nil for `start`.
    init(
        start: PictureStart, color: Color, seeds: [UInt64], width: Int, height: Int, from pictures: [[Float]]?
    ) {
        self.color = color
        plane = width * height
        parameters = FloatBuffer(count: seeds.count * 3 * plane)
        gradient = FloatBuffer(count: seeds.count * 3 * plane)
        for (index, seed) in seeds.enumerated() {
            let values =
                pictures.map { color.inverse(picture: $0[index]) }
                ?? start.channels(color, seed: seed, plane: plane)
            for (offset, value) in values.enumerated() {
                parameters.pointer[index * 3 * plane + offset] = value
            }
        }
    }

    package func draw(
        _ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int, _ team: ThreadTeam
    ) {
        color.apply(channels: parameters.pointer + index * 3 * plane, picture: picture, count: plane, team)
    }

    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ team: ThreadTeam
    ) {
        color.gradient(
            picture: picture, pictureGradient: pictureGradient,
            channelGradient: gradient.pointer + index * 3 * plane, count: plane, team)
    }
}
