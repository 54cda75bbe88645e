/// What one thread works with that makes pictures from their waves.
final class WaveLane {
    let transform: RealFourier
    /// Coefficients or their gradient: `[height, 3, 2, width / 2 + 1]`.
    let spectrum: FloatBuffer
    /// The picture before color, or its gradient: `[3, height, width]`.
    let channels: FloatBuffer

    private init(_ transform: RealFourier) {
        self.transform = transform
        spectrum = FloatBuffer(count: transform.coefficientCount)
        channels = FloatBuffer(count: 3 * transform.width * transform.height)
    }

    /// As many lanes as work on `pictures` pictures; all share the waves of `transform`.
    static func lanes(pictures: Int, of lanes: PictureLanes, transform: RealFourier) -> [WaveLane] {
        (0..<lanes.count(pictures: pictures)).map { lane in
            WaveLane(lane == 0 ? transform : RealFourier(sharingWavesOf: transform))
        }
    }
}
