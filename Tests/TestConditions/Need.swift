import Foundation
import Testing

/// What a test needs besides a built tree, and for which a tier of the tests may leave it out.
///
/// `VITRINE_WITHOUT` names what is left out, separated by commas: `make check` leaves out all of it.
public enum Need: String, Sendable {
    /// A model that was trained, of full depth: its numbers are asked for, or its steps take their time.
    case trainedModel = "trained-model"
    /// Minutes: damaged files by the hundred, matrices of published size.
    case time

    /// Whether the tests that have this need are left out.
    fileprivate var isLeftOut: Bool {
        let left = ProcessInfo.processInfo.environment["VITRINE_WITHOUT"] ?? ""
        return left.split(separator: ",").contains(Substring(rawValue))
    }
}

extension Trait where Self == ConditionTrait {
    /// Leaves a suite or a test out of the tiers that do without what it needs.
    public static func needs(_ need: Need) -> Self {
        .disabled(if: need.isLeftOut, "\(need.rawValue) is left out: VITRINE_WITHOUT.")
    }
}
