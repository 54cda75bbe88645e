/// The function between the two layers of an MLP.
package enum Activation: String, Sendable, CaseIterable {
    case gelu = "GELU"
    case quickGELU = "QuickGELU"
    case tanhGELU = "tanh GELU"
    case silu = "SiLU"

    /// The activation of this name in a configuration: "gelu", "quick_gelu", "gelu_new", "silu" …
    init?(named name: String) {
        switch name.lowercased() {
        case "gelu", "gelu_python": self = .gelu
        case "quick_gelu", "quickgelu": self = .quickGELU
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_tanh": self = .tanhGELU
        case "silu", "swish": self = .silu
        default: return nil
        }
    }

    var operation: any TensorOperation {
        switch self {
        case .gelu: Elementwise<GELU>()
        case .quickGELU: Elementwise<QuickGELU>()
        case .tanhGELU: Elementwise<TanhGELU>()
        case .silu: Elementwise<SiLU>()
        }
    }
}
