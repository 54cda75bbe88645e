import Images
import Platform

/// The repeated renders, with other seeds, of pictures whose targets did not respond.
///
/// Each picture is rendered as if it were alone, so that the result does not depend on the sheet.
struct Restarts {
    let recipe: Recipe
    let subject: any RenderSubject
    let photographs: [Image]
    let references: ReferenceActivations

    /// Returns the seed of a picture's `start`, from 1: its own, then others far from the consecutive seeds of sheets.
    static func seed(_ seed: UInt64, start: Int) -> UInt64 {
        // 2⁶⁴ divided by the golden ratio: its multiples are as far apart as possible.
        seed &+ UInt64(start - 1) &* 0x9E37_79B9_7F4A_7C15
    }

    /// Returns the recipe of `start` for the pictures at `places`, which allows no further starts.
    func recipe(start: Int, places: [Int]) -> Recipe {
        var recipe = recipe
        recipe.objectives = places.map { recipe.objectives[$0] }
        recipe.seeds = places.map { Self.seed(recipe.seeds[$0], start: start) }
        recipe.starts = 1
        recipe.stopAfter = nil
        return recipe
    }

    /// Renders the silent pictures of `rendering` again until they respond or the recipe's starts are used up.
    ///
    /// - Parameters:
    ///   - cancellation: ends it; the pictures so far are returned, with a recipe that makes just these.
    ///   - onStep: called after each step, with the steps of all starts so far.
    /// - Throws: the errors of a render.
    func restartSilent(
        _ rendering: Rendering, cancellation: Cancellation, onStep: (RenderProgress) -> Void
    ) throws(EngineError) -> Rendering {
        var rendering = rendering
        let most = recipe.starts ?? 1
        // If an interrupt comes just after a start has ended, its pictures are still taken.
        var (start, finished) = (1, 1)
        while start < most, !cancellation.isRequested {
            let places = rendering.pictures.indices.filter { !rendering.pictures[$0].responds }
            guard !places.isEmpty else { return rendering }
            start += 1
            let renderer = try Renderer(
                subject: subject, recipe: recipe(start: start, places: places), photographs: photographs,
                references: references)
            let before = rendering
            let attempt = try renderer.run(cancellation: cancellation) { progress in
                onStep(progress.of(start: start, places: places, after: before))
            }
            rendering = rendering.taking(attempt, at: places, start: start)
            if attempt.stop != .finished { break }
            finished = start
        }
        guard cancellation.isRequested, rendering.pictures.contains(where: { !$0.responds }) else { return rendering }
        return rendering.interrupted(afterStarts: finished)
    }
}

extension Rendering {
    /// Returns the rendering with the pictures of another start that respond, or whose activations are larger.
    fileprivate func taking(_ attempt: Rendering, at places: [Int], start: Int) -> Rendering {
        var (pictures, history, masks) = (pictures, history, masks)
        guard attempt.stop == .finished else { return self }
        for (index, place) in places.enumerated() {
            let (old, new) = (pictures[place], attempt.pictures[index])
            let isBetter = new.responds || new.activation > old.activation
            pictures[place] = Picture(
                image: isBetter ? new.image : old.image, recipe: recipe, index: place,
                activation: isBetter ? new.activation : old.activation, label: old.label,
                notes: (isBetter ? new : old).notes.filter { !$0.isNoResponse }
                    + (new.responds ? [] : [.noResponse(starts: start)]))
            guard isBetter else { continue }
            for step in history.indices { history[step][place] = attempt.history[step][index] }
            if masks.indices.contains(place), attempt.masks.indices.contains(index) {
                masks[place] = attempt.masks[index]
            }
        }
        var result = Rendering(
            pictures: pictures, recipe: recipe, steps: steps, seconds: seconds + attempt.seconds, stop: stop,
            history: history)
        result.masks = masks
        return result
    }

    /// Returns the result of an interrupted render, whose recipe has only the starts that were finished.
    fileprivate func interrupted(afterStarts starts: Int) -> Rendering {
        var recipe = recipe
        recipe.starts = starts
        let pictures = pictures.map {
            Picture(
                image: $0.image, recipe: recipe, index: $0.index, activation: $0.activation, label: $0.label,
                notes: $0.notes)
        }
        var result = Rendering(
            pictures: pictures, recipe: recipe, steps: steps, seconds: seconds, stop: .interrupted, history: history)
        result.masks = masks
        return result
    }
}

extension RenderProgress {
    /// Returns the progress of a later start of some of a sheet's pictures as that of the whole sheet.
    fileprivate func of(start: Int, places: [Int], after rendering: Rendering) -> RenderProgress {
        var values = rendering.pictures.map(\.activation)
        for (index, place) in places.enumerated() { values[place] = activations[index] }
        return RenderProgress(
            step: (start - 1) * steps + step, steps: start * steps, secondsElapsed: rendering.seconds + secondsElapsed,
            secondsLeft: secondsLeft, activations: values, width: width, height: height,
            draw: {
                var images = rendering.pictures.map(\.image)
                for (place, image) in zip(places, self.draw()) { images[place] = image }
                return images
            })
    }
}

extension Picture {
    /// Whether its target responds; it does not if it lies behind an activation function whose output is 0.
    fileprivate var responds: Bool { !notes.contains { $0.isNoResponse } }
}

extension PictureNote {
    fileprivate var isNoResponse: Bool { if case .noResponse = self { true } else { false } }
}
