import Compute
import Images
import Models
import Platform
import Visualization

// What is left of an objective without the parts of a model that it needs most.
extension Model {
    /// The parts that may be an objective's causes: every head, and the MLPs except for its own.
    package func causalParts(of objective: Objective) -> [Importance.Part] {
        let own = Set(objective.layers)
        return headTargets.map { Importance.Part.target($0) }
            + mlpLayers.filter { !own.contains($0.address) }.map {
                .target(Target(model: name, layer: $0.address, tokens: .all))
            }
    }

    /// Measures what is left of an objective without some parts of the model, as a share of how far it was above its usual
    /// value.
    ///
    /// - Parameters:
    ///   - photographs: some that drive the objective, and its value on each.
    ///   - pictures: the rendered ones, and its value on each.
    ///   - usual: the objective's mean over all photographs.
    package func left(
        of objective: Objective, without parts: [Importance.Part], usual: Double,
        photographs: (images: [Image], values: [Float]), pictures: (images: [Image], values: [Float]),
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation?
    ) throws(EngineError) -> Trust.Causes {
        let interventions = parts.compactMap { part -> Intervention? in
            if case .target(let target) = part { Intervention(target, .set(to: 0)) } else { nil }
        }
        let without = try changed(by: interventions)
        let renamed = objective.mapTargets { target in
            var target = target
            if target.model == name { target.model = without.name }
            return target
        }
        let after = try without.activations(
            of: [renamed], on: photographs.images + pictures.images, references: references, cancellation: cancellation)[
                0]
        func share(_ after: ArraySlice<Float>, of before: [Float]) -> Double {
            func mean(_ values: some Collection<Float>) -> Double {
                values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
            }
            let height = mean(before) - usual
            return height > 0 ? (mean(after) - usual) / height : .nan
        }
        let count = photographs.images.count
        return Trust.Causes(
            parts: interventions.map { $0.words.replacing("without ", with: "") },
            leftOnPhotographs: share(after[..<count], of: photographs.values),
            leftOnPictures: share(after[count...], of: pictures.values))
    }
}

extension Trust {
    /// On how many of the strongest photographs the causes are determined.
    package static let photographsForCauses = 3
    /// The fewest photographs that say anything.
    package static let fewestPhotographs = 4

    /// Returns the parts that an objective needs most, the most needed first.
    ///
    /// - Parameters:
    ///   - losses: how much of the objective is lost without each part.
    ///   - count: how many to return at most.
    package static func needed(_ parts: [Importance.Part], losses: [Double], count: Int) -> [Importance.Part] {
        // Of equal ones the earlier.
        parts.indices.sorted { (losses[$1], $0) < (losses[$0], $1) }.prefix(count).filter { losses[$0] > 0 }
            .map { parts[$0] }
    }
}

extension Trust.Settings {
    /// Returns the photographs of the tasks, as places among photographs of which the strongest come first.
    ///
    /// They are drawn from either end; with few photographs, there are fewer tasks, which repeat none.
    package func taskPlaces(among count: Int) -> (strong: [Int], weak: [Int]) {
        let least = max(Int((Double(count) * Self.quantile).rounded(.up)), 2)
        let number = min(tasks, min(least, count / 2))
        var random = RandomSource(seed: seed, stream: 7)
        let strong = Array((0..<count).prefix(least).shuffled(using: &random).prefix(number))
        let weak = Array((0..<count).suffix(least).shuffled(using: &random).prefix(number))
        return (strong, weak)
    }
}
