import Compute

/// The function between the two layers of an MLP.
public enum Activation: String, Codable, Sendable, CaseIterable {
    case gelu, quickGELU, tanhGELU, silu, relu, relu6, squaredReLU, leakyReLU, elu, selu, sigmoid, tanh, mish
    case hardSigmoid, hardSwish, hardMish, identity

    /// Finds the activation with a name in a configuration: "gelu", "quick_gelu", "gelu_new", "silu" …
    ///
    /// Source: transformers `activations.py`, `ACT2CLS`; timm `layers/create_act.py`. Both give leaky ReLU a slope of
    /// 0.01, and ELU and CELU an α of 1, which makes those two the same.
    package init?(named name: String) {
        switch name.lowercased() {
        case "gelu", "gelu_python": self = .gelu
        case "quick_gelu", "quickgelu": self = .quickGELU
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate", "gelu_tanh":
            self = .tanhGELU
        case "silu", "swish": self = .silu
        case "relu": self = .relu
        case "relu6": self = .relu6
        case "relu2": self = .squaredReLU
        case "leaky_relu": self = .leakyReLU
        case "elu", "celu": self = .elu
        case "selu": self = .selu
        case "sigmoid": self = .sigmoid
        case "tanh": self = .tanh
        case "mish": self = .mish
        case "hard_sigmoid", "hardsigmoid": self = .hardSigmoid
        case "hard_swish", "hardswish": self = .hardSwish
        case "hard_mish": self = .hardMish
        case "linear", "identity": self = .identity
        default: return nil
        }
    }

    /// The names that a configuration can have.
    static let names =
        "gelu, gelu_tanh, quick_gelu, silu, relu, relu6, relu2, leaky_relu, elu, selu, sigmoid, tanh, mish, hard_sigmoid, "
        + "hard_swish, hard_mish or linear"

    /// The activation in words: "QuickGELU".
    public var words: String {
        switch self {
        case .gelu: "GELU"
        case .quickGELU: "QuickGELU"
        case .tanhGELU: "tanh GELU"
        case .silu: "SiLU"
        case .relu: "ReLU"
        case .relu6: "ReLU6"
        case .squaredReLU: "squared ReLU"
        case .leakyReLU: "leaky ReLU"
        case .elu: "ELU"
        case .selu: "SELU"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .mish: "Mish"
        case .hardSigmoid: "hard sigmoid"
        case .hardSwish: "hard swish"
        case .hardMish: "hard Mish"
        case .identity: "none"
        }
    }

    /// The operation that computes the activation.
    package var operation: any CPUKernel {
        switch self {
        case .gelu: Elementwise<GELU>()
        case .quickGELU: Elementwise<QuickGELU>()
        case .tanhGELU: Elementwise<TanhGELU>()
        case .silu: Elementwise<SiLU>()
        case .relu: Elementwise<ReLU>()
        case .relu6: Elementwise<ReLU6>()
        case .squaredReLU: Elementwise<SquaredReLU>()
        case .leakyReLU: Elementwise<LeakyReLU>()
        case .elu: Elementwise<ELU>()
        case .selu: Elementwise<SELU>()
        case .sigmoid: Elementwise<Sigmoid>()
        case .tanh: Elementwise<Tanh>()
        case .mish: Elementwise<Mish>()
        case .hardSigmoid: Elementwise<HardSigmoid>()
        case .hardSwish: Elementwise<HardSwish>()
        case .hardMish: Elementwise<HardMish>()
        case .identity: Elementwise<Identity>()
        }
    }
}
