import Images
import Platform

extension RenderStage {
    /// What pictures start from where it is a photograph: its values, resampled so that it covers the picture, the
    /// middle of it where the shapes differ. Nil for any other start.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where the photograph is not among `photographs`.
    func start(from photographs: GivenPhotographs) throws(EngineError) -> [Float]? {
        guard case .photograph(let reference) = procedure.parameterization.start else { return nil }
        return try photographs.image(of: reference).covering(width: width, height: height).planes.values
    }

    /// What the photograph shows in this stage's size and not in an earlier one's: a picture that goes on from there has
    /// lost it. Nil where the stage does not start from a photograph.
    ///
    /// - Source: the octaves of Mordvintsev et al. 2015, which put it back likewise.
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
    /// The picture resized until it covers `width` × `height`, and the middle of that.
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
