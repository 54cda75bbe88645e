import Compute
import Foundation

/// Positions that are computed instead of learned: sines and cosines of a patch's column and row, at frequencies that
/// fall geometrically.
///
///     [sin(column · ω), cos(column · ω), sin(row · ω), cos(row · ω)],  ω = 10,000^(−4k / width), k = 0 … width / 4 − 1
///
/// Source: transformers `modeling_aimv2.py`, `build_2d_sinusoidal_position_embedding`.
enum SinePositions {
    /// Returns the positions of a grid of patches, `[rows · columns, width]`.
    ///
    /// - Precondition: `width` is a multiple of 4.
    static func table(rows: Int, columns: Int, width: Int) -> Parameter {
        let quarter = width / 4
        let frequencies = (0..<quarter).map { pow(10_000, -Double($0) / Double(quarter)) }
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
