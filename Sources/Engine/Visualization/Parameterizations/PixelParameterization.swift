/// The parameters are the picture, up to colour: `picture = colour(p)`, `p` is `[3, height, width]`.
package final class PixelParameterization: ParameterizationState {
    package let parameters: FloatBuffer
    package let gradient: FloatBuffer
    private let colour: Colour
    private let plane: Int

    /// Pixels at their start.
    ///
    /// - Parameters:
    ///   - seeds: one for each picture.
    ///   - photograph: for a start of that kind, as large as the picture.
    init(
        start: PictureStart, colour: Colour, seeds: [UInt64], width: Int, height: Int, photograph: Image?
    ) {
        self.colour = colour
        plane = width * height
        parameters = FloatBuffer(count: seeds.count * 3 * plane)
        gradient = FloatBuffer(count: seeds.count * 3 * plane)
        for (index, seed) in seeds.enumerated() {
            let values = Self.values(start, colour: colour, seed: seed, plane: plane, photograph: photograph)
            for (offset, value) in values.enumerated() {
                parameters.pointer[index * 3 * plane + offset] = value
            }
        }
    }

    package func draw(
        _ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int, _ member: TeamMember
    ) {
        colour.apply(channels: parameters.pointer + index * 3 * plane, picture: picture, count: plane, member)
    }

    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ member: TeamMember
    ) {
        colour.gradient(
            picture: picture, pictureGradient: pictureGradient,
            channelGradient: gradient.pointer + index * 3 * plane, count: plane, member)
    }

    private static func values(
        _ start: PictureStart, colour: Colour, seed: UInt64, plane: Int, photograph: Image?
    ) -> [Float] {
        switch start {
        case .noise(let mean, let deviation):
            var random = RandomSource(seed: seed)
            return (0..<3 * plane).map { _ in mean + deviation * random.normal() }
        case .grey(let level):
            return colour.inverse(picture: [Float](repeating: level, count: 3 * plane))
        case .photograph:
            let middle = [Float](repeating: 0.5, count: 3 * plane)
            return colour.inverse(picture: photograph?.planes.values ?? middle)
        }
    }
}
