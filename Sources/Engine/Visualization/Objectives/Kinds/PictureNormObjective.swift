import Compute
import Images
import Platform

/// The distance of the picture itself from one gray, ‖picture − c‖.
struct PictureNormObjective: PictureObjective {
    /// c.
    var center: Float

    private enum CodingKeys: String, CodingKey { case center = "pictureNorm" }

    static var key: String { CodingKeys.center.rawValue }

    func words(target: (Target) -> String) -> String {
        center == 0 ? "‖picture‖" : "‖picture − \(Objective.number(center))‖"
    }

    func term() throws(EngineError) -> any PictureTerm {
        try requireFinite(center, "The gray from which the picture's norm is taken")
        return PictureNormTerm(center: center)
    }
}

extension Objective {
    /// Returns the distance of the picture itself from one gray, ‖picture − c‖; subtracted, it keeps colors from the
    /// extremes.
    public static func pictureNorm(from center: Float = 0) -> Objective {
        Objective(PictureNormObjective(center: center))
    }
}

/// The distance of a picture from one gray.
///
///     value = ‖x − c‖ = √Σ (x − c)²        ∂value/∂x = (x − c) / ‖x − c‖, and 0 where that is 0
///
/// - Source: tensorflow/lucid, `lucid/optvis/objectives.py`, `L2`; Yin et al. 2020, arXiv:1912.08795, eq. 4.
struct PictureNormTerm: PictureTerm {
    let center: Float

    func evaluate(
        picture: UnsafePointer<Float>, size: PixelSize, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        let count = 3 * size.area
        let norm = sumOfSquares(picture, count: count).squareRoot()
        guard let gradient, norm > 0 else { return Float(norm) }
        let seed = Float(Double(weight) / norm)
        for index in 0..<count { gradient[index] += seed * (picture[index] - center) }
        return Float(norm)
    }

    private func sumOfSquares(_ picture: UnsafePointer<Float>, count: Int) -> Double {
        var sum = 0.0
        var index = 0
        while index + 8 <= count {
            // A few hundred squares at a time stay precise in a float.
            var lanes = Lanes()
            let end = min(index + 512, count - count % 8)
            while index < end {
                let difference = picture.lanes(index) - center
                lanes += difference * difference
                index += 8
            }
            sum += Double(lanes.total)
        }
        while index < count {
            let difference = Double(picture[index] - center)
            sum += difference * difference
            index += 1
        }
        return sum
    }
}
