/// The scratch memory of one lane that computes pictures from their spectra.
final class FourierScratch {
    let transform: RealFourier
    /// A spectrum or its gradient: `[height, 3, 2, width / 2 + 1]`.
    let spectrum: FloatBuffer
    /// The picture before color, or its gradient: `[3, height, width]`.
    let channels: FloatBuffer

    private init(_ transform: RealFourier) {
        self.transform = transform
        spectrum = FloatBuffer(count: transform.coefficientCount)
        channels = FloatBuffer(count: 3 * transform.width * transform.height)
    }

    /// Allocates the scratch memory of all lanes that work on `pictures` pictures; they share the matrices of `transform`.
    static func allocate(pictures: Int, lanes: PictureLanes, transform: RealFourier) -> [FourierScratch] {
        (0..<lanes.count(pictures: pictures)).map { lane in
            FourierScratch(lane == 0 ? transform : RealFourier(sharingMatricesOf: transform))
        }
    }
}
