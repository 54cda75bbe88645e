import Compute

/// The parameters that the optimizer changes, and the computation of a picture from them.
public enum Parameterization: Codable, Hashable, Sendable {
    /// The picture's own values. See ``PixelParameterization``.
    case pixels(start: PictureStart, color: Color)

    /// A spectrum whose high frequencies are scaled down. See ``FourierParameterization``.
    ///
    /// - `deviation`: of the normal distribution that the coefficients start from. Lucid: .01.
    /// - `decay`: the power of the frequency that coefficients are divided by. Lucid: 1.
    /// - `start`: what the noise of the coefficients is added to; nil for nothing, which gives a middle gray.
    /// - `keepsMean`: whether the mean color stays what it is at the start; nil for no. Of all waves the mean moves most, and a
    ///   photograph's brightness is the photographer's.
    /// - `longestWave`: in pixels, from where on longer waves move no more than this one; nil for the longest there is.
    case fourier(
        deviation: Float, decay: Float, color: Color, start: PictureStart? = nil, keepsMean: Bool? = nil,
        longestWave: Float? = nil)

    /// The phases of a spectrum with the magnitudes of natural pictures. See ``PhaseParameterization``.
    ///
    /// - `contrast`: what the standardized channels are multiplied with before color. MACO: 1.
    case phase(magnitude: FrequencyMagnitude, contrast: Float, color: Color)

    /// The parameterization of MACO: magnitudes measured from photographs, decorrelated color, sigmoid.
    public static let maco = Parameterization.phase(magnitude: .trainingImages, contrast: 1, color: Color())

    /// The parameterization of Lucid: deviation .01, decay 1, decorrelated color, sigmoid.
    public static let lucid = Parameterization.fourier(deviation: 0.01, decay: 1, color: Color())
}

/// The state of a parameterization for a group of pictures.
///
/// Parameters of different pictures never mix, and those of one picture are contiguous. If several
/// threads share a picture, its parts are dealt out to them.
package protocol ParameterizationState: AnyObject {
    /// `[pictures, …]`: what the optimizer changes.
    var parameters: FloatBuffer { get }
    /// ∂objective/∂``parameters``, after `pullBack`.
    var gradient: FloatBuffer { get }

    /// Computes one picture from its parameters.
    ///
    /// - Parameters:
    ///   - picture: `[3, height, width]`, overwritten.
    ///   - lane: the scratch memory to use.
    ///   - team: the threads that share the work.
    func draw(_ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int, _ team: ThreadTeam)

    /// Computes the ``gradient`` of one picture's parameters.
    ///
    /// - Parameters:
    ///   - picture: the result of `draw`.
    ///   - pictureGradient: ∂objective/∂picture; overwritten, and undefined afterwards.
    ///   - lane: the scratch memory to use.
    ///   - team: the threads that share the work.
    func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int,
        _ team: ThreadTeam)
}

extension ParameterizationState {
    /// Computes one picture on the calling thread.
    package func draw(_ index: Int, into picture: UnsafeMutablePointer<Float>, lane: Int) {
        draw(index, into: picture, lane: lane, .alone)
    }

    /// Computes the gradient of one picture's parameters on the calling thread.
    package func pullBack(
        _ index: Int, picture: UnsafePointer<Float>, pictureGradient: UnsafeMutablePointer<Float>, lane: Int
    ) {
        pullBack(index, picture: picture, pictureGradient: pictureGradient, lane: lane, .alone)
    }
}

extension Parameterization {
    /// What it starts from; nil if that is only its own noise.
    public var start: PictureStart? {
        switch self {
        case .pixels(let start, _): start
        case .fourier(_, _, _, let start, _, _): start
        case .phase: nil
        }
    }

    /// Whether it starts from a photograph.
    var startsFromPhotograph: Bool { if case .photograph = start { true } else { false } }

    /// Whether it can continue from the picture of an earlier stage.
    package var canCarryOn: Bool { if case .phase = self { false } else { true } }

    /// Creates the state before the first step, with a picture for each seed.
    ///
    /// - Parameters:
    ///   - pictures: what each starts from, `[3, height, width]` in the pictures' size: a photograph, or the result of an
    ///     earlier stage. Nil for the parameterization's own start.
    ///   - lanes: the lanes that pictures are computed in.
    package func makeState(
        seeds: [UInt64], width: Int, height: Int, from pictures: [[Float]]? = nil, lanes: PictureLanes
    ) -> any ParameterizationState {
        switch self {
        case .pixels(let start, let color):
            PixelParameterization(
                start: start, color: color, seeds: seeds, width: width, height: height,
                from: pictures)
        case .fourier(let deviation, let decay, let color, let start, let keepsMean, let longestWave):
            FourierParameterization(
                deviation: deviation, decay: decay, color: color, start: start, keepsMean: keepsMean ?? false,
                longestWave: longestWave, seeds: seeds, width: width, height: height, from: pictures, lanes: lanes)
        case .phase(let magnitude, let contrast, let color):
            PhaseParameterization(
                magnitude: magnitude, contrast: contrast, color: color, seeds: seeds, width: width, height: height,
                lanes: lanes)
        }
    }
}
