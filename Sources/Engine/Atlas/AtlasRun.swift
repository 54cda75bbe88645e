import Compute
import Foundation
import Models
import Platform
import Visualization

/// The rendering of an atlas, or of a part of it: whatever is missing, and nothing that is there.
///
/// Pictures are rendered in sheets of neighbors of one layer. Each is the one that would be rendered alone, so it does
/// not matter who makes which together with which.
public final class AtlasRun {
    private let folder: AtlasFolder
    private let work: AtlasWork
    private let claims: AtlasClaims
    /// What is left, in order.
    private var pending: [AtlasItem]
    /// What another run was making when it was this run's turn.
    private var elsewhere: [AtlasItem] = []
    private var failed: [AtlasFailedPicture] = []
    private var meter: AtlasMeter
    /// The first place that could not be written.
    private var trouble: EngineError?

    private var plan: AtlasPlan { work.plan }
    private var model: Model { work.model }

    /// A run that has not begun. What is in a picture's place and is no such picture is moved aside.
    ///
    /// - Parameters:
    ///   - work: what is to be done, its plan added to the folder.
    ///   - folder: where.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public init(_ work: AtlasWork, in folder: AtlasFolder) throws(EngineError) {
        self.folder = folder
        self.work = work
        pending = work.pending
        meter = AtlasMeter(total: work.items.count, left: work.pending) { work.cost?.operations[$0.layer] ?? 1 }
        claims = try AtlasClaims(in: folder.path)
        for item in work.bad { try folder.pictures.moveAside(work.name(item)) }
    }

    /// Renders what is missing.
    ///
    /// Where another run is making something, this one takes what is left, and at the end waits for the other: when it
    /// returns, every picture of its part is there, except for those of ``AtlasOutcome/failed``.
    ///
    /// - Parameters:
    ///   - progress: is told how far the run is.
    ///   - sheet: is told after each step of the pictures that are being rendered: their layer, their neurons, and how far
    ///     they are.
    /// - Throws: ``EngineError/cancelled``, with every finished sheet kept; ``EngineError/fileUnwritable(path:reason:)``
    ///   for a full or read-only disk, likewise; what a renderer throws.
    public func run(
        cancellation: Cancellation = Cancellation(), progress: (AtlasProgress) -> Void = { _ in },
        sheet showing: (_ layer: String, _ neurons: [Int], _ soFar: RenderProgress) -> Void = { _, _, _ in }
    ) throws(EngineError) -> AtlasOutcome {
        claims.sweep()
        progress(meter.progress(of: nil))
        while true {
            try cancellation.check()
            if let sheet = nextSheet() {
                let layer = plan.layers[sheet[0].layer].address
                try render(sheet, cancellation) { part, soFar in
                    progress(meter.progress(of: sheet, Double(soFar.step) / Double(soFar.steps)))
                    showing(layer, part.map(\.neuron), soFar)
                }
                meter.finish(sheet)
                progress(meter.progress(of: nil))
            } else if elsewhere.isEmpty {
                break
            } else {
                wait(cancellation)
                progress(meter.progress(of: nil, waitingFor: elsewhere.count))
            }
        }
        if let trouble { throw trouble }
        return AtlasOutcome(total: work.items.count, made: meter.made - failed.count, failed: failed)
    }

    /// Pictures that are missing and that no other run is making, claimed; nil where there are none.
    private func nextSheet() -> [AtlasItem]? {
        while let first = pending.first {
            let count = sheetSize(first.layer)
            let wanted = Array(pending.prefix(count).prefix { $0.layer == first.layer })
            pending.removeFirst(wanted.count)
            let claimed = claims.claim(wanted.map { name($0) })
            elsewhere += wanted.filter { !claimed.contains(name($0)) }
            // Another run may have finished one just before it was claimed.
            let missing = wanted.filter { claimed.contains(name($0)) && folder.pictures.state(of: name($0)) != .whole }
            claims.release(claimed.subtracting(missing.map { name($0) }))
            meter.note(wanted.filter { claimed.contains(name($0)) && !missing.contains($0) })
            if !missing.isEmpty { return missing }
        }
        return nil
    }

    /// Renders pictures of one layer and keeps them.
    ///
    /// One whose numbers run away stops all of its sheet, which is then rendered in halves, so that it alone is left.
    private func render(
        _ sheet: [AtlasItem], _ cancellation: Cancellation, _ report: ([AtlasItem], RenderProgress) -> Void
    ) throws(EngineError) {
        let recipes = sheet.map(plan.recipe)
        var recipe = recipes[0]
        recipe.objectives = recipes.map { $0.objectives[0] }
        recipe.seeds = recipes.map { $0.seeds[0] }
        let rendering: Rendering?
        do throws(EngineError) {
            rendering = try Renderer(subject: model, recipe: recipe).run(cancellation: cancellation) {
                claims.beat()
                report(sheet, $0)
            }
        } catch {
            guard case .notANumber? = error.other(as: RenderError.self) else { throw error }
            rendering = nil
        }
        if let rendering, rendering.wasInterrupted { throw .cancelled }
        guard let rendering, rendering.stop == .finished, rendering.pictures.allSatisfy({ $0.activation.isFinite })
        else {
            guard sheet.count > 1 else {
                claims.release(sheet.map { name($0) })
                let layer = plan.layers[sheet[0].layer].address
                return failed.append(AtlasFailedPicture(layer: layer, neuron: sheet[0].neuron))
            }
            for half in [sheet[..<(sheet.count / 2)], sheet[(sheet.count / 2)...]] {
                try render(Array(half), cancellation, report)
            }
            return
        }
        try keep(sheet, rendering)
        claims.release(sheet.map { name($0) })
    }

    /// Writes a sheet's pictures. Where one place cannot be written, the others are; where none can, the run ends.
    private func keep(_ sheet: [AtlasItem], _ rendering: Rendering) throws(EngineError) {
        var isAnyKept = false
        for (index, item) in sheet.enumerated() {
            guard let key = work.keys[item] else { preconditionFailure("every item has a key") }
            do throws(EngineError) {
                try folder.pictures.keep(StoredPicture(index, of: rendering), for: key)
                isAnyKept = true
            } catch {
                trouble = trouble ?? error
            }
        }
        if let trouble, !isAnyKept { throw trouble }
    }

    /// Waits a moment for others, and takes back what they have given up.
    private func wait(_ cancellation: Cancellation) {
        for _ in 0..<20 where !cancellation.isRequested { usleep(50_000) }
        let whole = elsewhere.filter { folder.pictures.state(of: name($0)) == .whole }
        meter.note(whole)
        elsewhere.removeAll { whole.contains($0) }
        let claimed = claims.claim(elsewhere.map { name($0) })
        pending += elsewhere.filter { claimed.contains(name($0)) }
        elsewhere.removeAll { claimed.contains(name($0)) }
        // They are claimed again, sheet by sheet.
        claims.release(claimed)
    }

    /// How many pictures of a layer to render together: as many as the memory takes and are done within some minutes,
    /// since a sheet that is interrupted is lost.
    private func sheetSize(_ layer: Int) -> Int {
        let seconds = work.cost?.seconds(ofPictureAt: layer) ?? 0
        let timely = seconds > 0 ? Int(Self.longestSheet / seconds) : Self.largestSheet
        var count = min(max(timely, Self.smallestSheet), Self.largestSheet)
        let copies = plan.layers[layer].template.stages.map(\.procedure.copies).max() ?? 1
        while count > 1 {
            let workspace = try? model.plan(
                layers: [plan.layers[layer].address], batch: count * copies, gradient: true
            ).workspaceBytes
            if let workspace, workspace <= Workspace.availableBytes / 2 { break }
            count /= 2
        }
        return count
    }

    /// How long a sheet should take at most, in seconds.
    private static let longestSheet = 300.0
    /// Fewer pictures leave the processor waiting for the weights.
    private static let smallestSheet = 4
    /// More pictures gain no speed.
    private static let largestSheet = 64

    private func name(_ item: AtlasItem) -> String { work.name(item) }
}
