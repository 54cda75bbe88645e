import Compute
import Foundation
import Models
import Platform
import Resources
import Visualization

/// The words of the pages that the engine does not know: which program made the atlas, and how a cell spells things.
public struct AtlasWords: Sendable {
    /// The program that made the atlas: "vitrine 0.1.0".
    let made: String
    /// Returns the cell that makes a picture again.
    let cell: @Sendable (Target, AtlasPlan) -> String
    /// Returns what a model's card says: names and texts, in order.
    let card: @Sendable (Model) -> [(name: String, text: String)]

    /// Creates words.
    public init(
        made: String, cell: @escaping @Sendable (Target, AtlasPlan) -> String,
        card: @escaping @Sendable (Model) -> [(name: String, text: String)]
    ) {
        self.made = made
        self.cell = cell
        self.card = card
    }
}

/// The progress of making pages.
public struct AtlasPagesProgress: Hashable, Sendable {
    /// What is being made now: "blocks.5.mlp", "photographs".
    public let title: String
    /// How much of it is done.
    public let done: Int
    /// How much there is; nil if that is unknown.
    public let total: Int?
}

/// Makes the pages of an atlas from the pictures that exist.
///
/// The same pictures give the same pages, regardless of the order in which they were made.
public struct AtlasPages {
    private let folder: AtlasFolder
    private let words: AtlasWords
    private let cancellation: Cancellation

    /// How many neurons' pictures the model compares at once.
    static let agreementPiece = 32

    /// Creates the maker of an atlas's pages.
    public init(of folder: AtlasFolder, words: AtlasWords, cancellation: Cancellation = Cancellation()) {
        self.folder = folder
        self.words = words
        self.cancellation = cancellation
    }

    /// Writes all pages and data.
    ///
    /// - Parameters:
    ///   - models: the models that could be loaded, by ``AtlasPlan/key``. For the others, the pages show only what the
    ///     pictures contain.
    ///   - photographs: a folder of photographs, of which the pages show each neuron's strongest; nil for the folder
    ///     that was given the last time, if any.
    /// - Returns: how many neurons the pages show.
    /// - Throws: ``AtlasFailure``, ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/cancelled``; with
    ///   photographs, also the errors of ``Model/topImages(in:for:count:by:references:cancellation:progress:)``.
    public func write(
        models: [String: Model], photographs: String? = nil, progress: @escaping (AtlasPagesProgress) -> Void = { _ in }
    ) throws(EngineError) -> Int {
        try MatrixProduct.prepare()
        let plans = try folder.plans()
        var held: (data: [String], pictures: [String]) = (["data/atlas.js"], [])
        var listing = AtlasListing(title: Self.title(plans), made: words.made, models: [])
        for plan in plans {
            let model = models[plan.key]
            var found: AtlasPhotographs?
            if let photographs { try folder.note(photographs: photographs, of: plan) }
            let hasNeurons = plan.layers.allSatisfy { $0.cells == nil }
            if hasNeurons, let model, let photographs = photographs ?? folder.photographs(of: plan) {
                found = try AtlasPhotographs(
                    in: photographs, for: plan, by: model, into: folder.path, cancellation: cancellation
                ) { progress(AtlasPagesProgress(title: "photographs", done: $0.done, total: $0.total)) }
            }
            var layers: [AtlasListing.Layer] = []
            if let found { held.pictures += found.copies.values.sorted() }
            for place in plan.layers.indices {
                let page = AtlasLayerPage(
                    plan: plan, place: place, model: model, photographs: found, folder: folder, words: words,
                    cancellation: cancellation)
                let (entry, pictures) = try page.write {
                    progress(AtlasPagesProgress(title: plan.layers[place].address, done: $0, total: $1))
                }
                layers.append(entry)
                held.data += [entry.data] + (entry.sheets?.files ?? [])
                held.pictures += pictures
            }
            listing.models.append(
                .init(
                    key: plan.key, name: plan.model, weights: plan.weights,
                    card: model.map { words.card($0).map { [$0.name, $0.text] } }, layers: layers))
        }
        try makeFolder(folder.path + "/data")
        // Last, so that the files it names exist.
        try writeWholeFile(folder.path + "/data/atlas.js", try AtlasScript.text("vitrineAtlas", listing))
        try copySite()
        try AtlasSinglePage(of: folder.path).write(
            data: held.data, pictures: held.pictures, cancellation: cancellation)
        folder.removeAbandoned()
        return listing.models.reduce(0) { $0 + $1.layers.reduce(0) { $0 + $1.made } }
    }

    private static func title(_ plans: [AtlasPlan]) -> String {
        var seen: Set<String> = []
        return plans.map(\.model).filter { seen.insert($0).inserted }.joined(separator: ", ")
    }

    /// Copies the pages themselves, which come with the program and are the same in every atlas.
    private func copySite() throws(EngineError) {
        guard let site = ShippedFile.path("atlas") else { return }
        for file in entries(of: site) {
            guard let data = FileManager.default.contents(atPath: "\(site)/\(file)") else { continue }
            try writeWholeFile("\(folder.path)/\(file)", Array(data))
        }
    }
}

extension AtlasFolder {
    /// Removes the half-written files of programs that were killed.
    func removeAbandoned() {
        // The time on the folder's disk, from a file that was just written.
        guard let now = modificationDate(path + "/data/atlas.js") else { return }
        pictures.removeAbandoned(before: now.addingTimeInterval(-86_400))
    }
}
