import Images
import Platform

extension RenderStage {
    /// Returns the values of the photograph that pictures start from, resampled so that it covers the picture, and its
    /// middle if the shapes differ, with its headroom. Returns nil for any other start.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if the photograph is not among `photographs`.
    func start(from photographs: GivenPhotographs) throws(EngineError) -> [Float]? {
        guard case .photograph(let reference, let headroom) = procedure.parameterization.start else { return nil }
        let values = try photographs.image(of: reference).covering(width: width, height: height).planes.values
        guard let headroom else { return values }
        return values.map { headroom + (1 - 2 * headroom) * $0 }
    }

    /// Returns the detail of the photograph at this stage's size that is lost at an earlier one's, and so in a picture
    /// that continues from there. Returns nil if the stage does not start from a photograph.
    ///
    /// - Source: the octaves of Mordvintsev et al. 2015, which add the detail in the same way.
    func detail(from photographs: GivenPhotographs, beyond earlier: RenderStage) throws(EngineError) -> [Float]? {
        guard let whole = try start(from: photographs), let coarse = try earlier.start(from: photographs) else {
            return nil
        }
        let fit = Fit(from: earlier.size, to: size)
        let known = [Float](unsafeUninitializedCapacity: whole.count) { buffer, count in
            guard let to = buffer.baseAddress else { return }
            fit.forward(input: coarse, output: to)
            count = whole.count
        }
        return zip(whole, known).map { $0 - $1 }
    }
}

extension Image {
    /// Returns the picture resized until it covers `width` × `height`, and cropped to the middle.
    ///
    /// - Precondition: all sides are at least 1.
    package func covering(width newWidth: Int, height newHeight: Int) -> Image {
        let factor = max(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
        let columns = max(newWidth, Int((Double(width) * factor).rounded()))
        let rows = max(newHeight, Int((Double(height) * factor).rounded()))
        let (left, top) = ((columns - newWidth) / 2, (rows - newHeight) / 2)
        return resized(
            width: columns, height: rows, by: .bicubic, columns: left..<left + newWidth, rows: top..<top + newHeight)
    }
}
