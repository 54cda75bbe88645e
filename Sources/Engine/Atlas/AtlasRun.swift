import Compute
import Foundation
import Models
import Platform
import Visualization

/// The rendering of an atlas, or of a part of it: the pictures that are missing, and no others.
///
/// Pictures are rendered in sheets of neighbors of one layer. A picture does not depend on the others of its sheet, so
/// any number of runs can divide the work in any way.
public final class AtlasRun {
    private let folder: AtlasFolder
    private let work: AtlasWork
    private let claims: AtlasClaims
    /// The pictures that are left to make, in order.
    private var pending: [AtlasItem]
    /// Pictures that another run had claimed when this run came to them.
    private var claimedByOthers: [AtlasItem] = []
    private var failed: [AtlasFailedPicture] = []
    private var meter: AtlasMeter
    /// The first error of writing a picture.
    private var writeError: EngineError?

    private var plan: AtlasPlan { work.plan }
    private var model: Model { work.model }

    /// Creates a run that has not begun, and moves aside files that are in a picture's place and are not that picture.
    ///
    /// - Parameters:
    ///   - work: what is to be done. Its plan has been added to the folder.
    ///   - folder: the atlas.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public init(_ work: AtlasWork, in folder: AtlasFolder) throws(EngineError) {
        self.folder = folder
        self.work = work
        pending = work.pending
        meter = AtlasMeter(total: work.items.count, left: work.pending) { work.cost?.operations[$0.layer] ?? 1 }
        claims = try AtlasClaims(in: folder.path)
        for item in work.bad { try folder.pictures.moveAside(work.name(item)) }
    }

    /// Renders the pictures that are missing.
    ///
    /// Pictures that another run is rendering come last, and are waited for: on return, every picture of this run's
    /// part exists, except for those in ``AtlasOutcome/failed``.
    ///
    /// - Parameters:
    ///   - progress: is called with the progress of the run.
    ///   - sheet: is called after each step with the layer and the neurons that are being rendered, and their progress.
    /// - Throws: ``EngineError/cancelled``, or ``EngineError/fileUnwritable(path:reason:)`` for a full or read-only
    ///   disk, with every finished sheet kept; the errors of a renderer.
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
            } else if claimedByOthers.isEmpty {
                break
            } else {
                wait(cancellation)
                progress(meter.progress(of: nil, waitingFor: claimedByOthers.count))
            }
        }
        if let writeError { throw writeError }
        return AtlasOutcome(total: work.items.count, made: meter.made - failed.count, failed: failed)
    }

    /// Claims and returns pictures that are missing and that no other run is making; nil if there are none.
    private func nextSheet() -> [AtlasItem]? {
        while let first = pending.first {
            let count = sheetSize(first.layer)
            let wanted = Array(pending.prefix(count).prefix { $0.layer == first.layer })
            pending.removeFirst(wanted.count)
            let claimed = claims.claim(wanted.map { name($0) })
            claimedByOthers += wanted.filter { !claimed.contains(name($0)) }
            // Another run may have finished one just before it was claimed.
            let missing = wanted.filter { claimed.contains(name($0)) && folder.pictures.state(of: name($0)) != .whole }
            claims.release(claimed.subtracting(missing.map { name($0) }))
            meter.note(wanted.filter { claimed.contains(name($0)) && !missing.contains($0) })
            if !missing.isEmpty { return missing }
        }
        return nil
    }

    /// Renders pictures of one layer and stores them.
    ///
    /// A picture whose numbers become NaN stops its whole sheet, which is then rendered in halves until that picture is
    /// alone.
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

    /// Writes a sheet's pictures: all that can be written.
    ///
    /// - Throws: the first error, if none of the pictures could be written.
    private func keep(_ sheet: [AtlasItem], _ rendering: Rendering) throws(EngineError) {
        var isAnyKept = false
        for (index, item) in sheet.enumerated() {
            guard let key = work.keys[item] else { preconditionFailure("every item has a key") }
            do throws(EngineError) {
                try folder.pictures.keep(StoredPicture(index, of: rendering), for: key)
                isAnyKept = true
            } catch {
                writeError = writeError ?? error
            }
        }
        if let writeError, !isAnyKept { throw writeError }
    }

    /// Waits a second for other runs, counts the pictures that they have made, and takes back those that they gave up.
    private func wait(_ cancellation: Cancellation) {
        for _ in 0..<20 where !cancellation.isRequested { usleep(50_000) }
        let whole = claimedByOthers.filter { folder.pictures.state(of: name($0)) == .whole }
        meter.note(whole)
        claimedByOthers.removeAll { whole.contains($0) }
        let claimed = claims.claim(claimedByOthers.map { name($0) })
        pending += claimedByOthers.filter { claimed.contains(name($0)) }
        claimedByOthers.removeAll { claimed.contains(name($0)) }
        // They are claimed again, sheet by sheet.
        claims.release(claimed)
    }

    /// Returns how many pictures of a layer to render together: as many as fit into memory and take a few minutes at
    /// most, since an interrupted sheet is lost.
    private func sheetSize(_ layer: Int) -> Int {
        let seconds = work.cost?.seconds(ofPictureAt: layer) ?? 0
        let timely = seconds > 0 ? Int(Self.longestSheet / seconds) : Self.largestSheet
        var count = min(max(timely, Self.smallestSheet), Self.largestSheet)
        let copies = plan.layers[layer].template.stages.map(\.procedure.copies).max() ?? 1
        while count > 1 {
            let bytes = try? model.requiredBytes(
                layers: [plan.layers[layer].address], batch: count * copies, gradient: true)
            if let bytes, bytes <= model.backend.availableBytes / 2 { break }
            count /= 2
        }
        return count
    }

    /// The longest time that a sheet should take, in seconds.
    private static let longestSheet = 300.0
    /// The smallest sheet: with fewer pictures the processor waits for the weights.
    private static let smallestSheet = 4
    /// The largest sheet: more pictures are no faster.
    private static let largestSheet = 64

    private func name(_ item: AtlasItem) -> String { work.name(item) }
}
