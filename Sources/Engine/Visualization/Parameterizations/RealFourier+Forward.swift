extension RealFourier {
    /// The spectrum of a picture: what ``inverse(spectrum:picture:_:)`` makes that picture of.
    ///
    ///     X[k, l] = 1/√(hw) Σ_y Σ_n  x[y, n] · e^{−2πi (ky/h + ln/w)}
    ///
    /// The transform is orthonormal, so this is its gradient but for the frequencies that stand for their mirror image
    /// too, which the inverse counts twice.
    ///
    /// - Parameters:
    ///   - picture: `[channels, height, width]`.
    ///   - spectrum: `[height, channels, 2, bins]`, overwritten.
    package func forward(picture: UnsafePointer<Float>, spectrum: UnsafeMutablePointer<Float>) {
        inverseGradient(pictureGradient: picture, spectrumGradient: spectrum)
        for row in 0..<height * channels * 2 {
            for bin in 0..<bins where bin >= 1 && 2 * bin < width { spectrum[row * bins + bin] /= 2 }
        }
    }
}
