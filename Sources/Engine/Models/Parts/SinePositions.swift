import Compute
import Foundation

/// Positions that are computed instead of learned: sines and cosines of a patch's column and row, at frequencies that
/// fall geometrically.
///
///     [sin(column · ω), cos(column · ω), sin(row · ω), cos(row · ω)],  ω = 10,000^(−k / steps), k = 0 … width / 4 − 1
///
/// Source: transformers `modeling_aimv2.py`, `build_2d_sinusoidal_position_embedding`; vit-pytorch `simple_vit.py`,
/// `posemb_sincos_2d`.
enum SinePositions {
    /// AIMv2: width / 4 steps, so that the last frequency is above 1 / 10,000.
    case aboveEnd
    /// SimpleViT: width / 4 − 1 steps, so that the last frequency is 1 / 10,000.
    case toEnd

    /// Returns the positions of a grid of patches, `[rows · columns, width]`.
    ///
    /// - Precondition: `width` is a multiple of 4.
    func table(rows: Int, columns: Int, width: Int) -> Parameter {
        let quarter = width / 4
        let steps = self == .toEnd ? max(quarter - 1, 1) : quarter
        let frequencies = (0..<quarter).map { pow(10_000, -Double($0) / Double(steps)) }
        return Parameter(shape: [rows * columns, width]) { values in
            for patch in 0..<rows * columns {
                let place = patch * width
                for (index, frequency) in frequencies.enumerated() {
                    let (across, down) = (
                        Double(patch % columns) * frequency, Double(patch / columns) * frequency
                    )
                    values[place + index] = Float(sin(across))
                    values[place + quarter + index] = Float(cos(across))
                    values[place + 2 * quarter + index] = Float(sin(down))
                    values[place + 3 * quarter + index] = Float(cos(down))
                }
            }
        }
    }
}
