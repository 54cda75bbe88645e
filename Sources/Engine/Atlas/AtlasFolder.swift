import Foundation
import Platform
import Studies
import Visualization

/// A folder that holds an atlas.
///
///     vitrine-atlas.json        marks the folder as an atlas
///     plans/vit-1a2b3c4d/….json what belongs in it, one file per request, named by its hash; and the photographs'
///     folder pictures/ab/….png         the pictures, named by the hash of their recipes aside/
///     files that were in a picture's place and were not that picture claims/                   which run is rendering
///     which picture now data/ sheets/ photographs/ and pages, which ``AtlasPages`` makes from these
///
/// Any number of programs can work in it at once: nothing is changed in place, and two programs make the same files.
public struct AtlasFolder: Sendable {
    /// The folder's path.
    public let path: String
    /// Its pictures.
    public let pictures: PictureStore

    /// The name of the file that marks a folder as an atlas.
    static let marker = FolderWalk.atlasMarker
    private static let version = 1

    private struct Marker: Codable {
        var version: Int
    }

    /// Creates the atlas in a folder without looking at the folder.
    init(unchecked path: String) {
        self.path = (path as NSString).expandingTildeInPath
        pictures = PictureStore(self.path + "/pictures", aside: self.path + "/aside")
    }

    /// Opens the atlas in a folder.
    ///
    /// - Throws: ``AtlasFailure/noAtlas(path:)``, ``AtlasFailure/newerFolder(path:)``.
    public init(_ path: String) throws(EngineError) {
        self.init(unchecked: path)
        guard let bytes = try? OrdinaryFile.contents(of: "\(self.path)/\(Self.marker)"),
            let marker = try? JSONDecoder().decode(Marker.self, from: Data(bytes))
        else { throw .atlas(.noAtlas(path: path)) }
        guard marker.version == Self.version else { throw .atlas(.newerFolder(path: path)) }
    }

    /// Opens the atlas in a folder, or begins one if there is none.
    ///
    /// - Throws: ``AtlasFailure/foreignFolder(path:found:)`` if the folder holds something else,
    ///   ``AtlasFailure/newerFolder(path:)``, ``EngineError/fileUnwritable(path:reason:)``.
    public init(making path: String) throws(EngineError) {
        let folder = AtlasFolder(unchecked: path)
        try makeFolder(folder.path)
        if !FileManager.default.fileExists(atPath: "\(folder.path)/\(Self.marker)") {
            // Another program may be beginning the same atlas at this moment.
            if let found = entries(of: folder.path).first(where: { !$0.hasPrefix(Self.marker) }),
                !FileManager.default.fileExists(atPath: "\(folder.path)/\(Self.marker)")
            {
                throw .atlas(.foreignFolder(path: path, found: found))
            }
            try writeWholeFile(
                "\(folder.path)/\(Self.marker)", Array("{\"version\":\(Self.version)}\n".utf8), isDurable: true)
        }
        try self.init(folder.path)
    }

    /// Records what belongs in the atlas, in addition to what was requested before.
    ///
    /// - Returns: everything that belongs in it for this model.
    /// - Throws: ``AtlasFailure/otherSettings(folder:model:there:wanted:)``, ``AtlasFailure/brokenPlan(path:)``,
    ///   ``EngineError/fileUnwritable(path:reason:)``.
    @discardableResult
    public func add(_ plan: AtlasPlan) throws(EngineError) -> AtlasPlan {
        let earlier = try plans().first { $0.key == plan.key }
        let all = try earlier?.adding(plan, in: path) ?? plan
        guard let data = try? JSONEncoder.sorted.encode(plan) else {
            throw .invalidValue(what: "A number in the plan", found: "not finite", expected: "a finite number")
        }
        let digest = ContentHash.sha256(of: String(decoding: data, as: UTF8.self))
        let folder = "\(path)/plans/\(plan.key)"
        let file = "\(folder)/\(digest.prefix(16)).json"
        if !FileManager.default.fileExists(atPath: file) {
            try makeFolder(folder)
            try writeWholeFile(file, Array(data), isDurable: true)
        }
        return all
    }

    /// Reads what belongs in the atlas: a plan for each model, in the order of their keys.
    ///
    /// - Throws: ``AtlasFailure/brokenPlan(path:)``, ``AtlasFailure/otherSettings(folder:model:there:wanted:)``.
    public func plans() throws(EngineError) -> [AtlasPlan] {
        var plans: [AtlasPlan] = []
        for key in entries(of: path + "/plans") {
            var plan: AtlasPlan?
            for file in entries(of: "\(path)/plans/\(key)") where file.hasSuffix(".json") {
                let name = "\(path)/plans/\(key)/\(file)"
                guard let bytes = try? OrdinaryFile.contents(of: name),
                    let request = try? JSONDecoder().decode(AtlasPlan.self, from: Data(bytes)),
                    request.version == AtlasPlan.currentVersion
                else { throw .atlas(.brokenPlan(path: name)) }
                plan = try plan?.adding(request, in: path) ?? request
            }
            if let plan { plans.append(plan) }
        }
        return plans
    }

    /// Returns the folder of photographs that this model's pages were last made with; nil if there was none, or if it
    /// no longer exists.
    func photographs(of plan: AtlasPlan) -> String? {
        guard let bytes = try? OrdinaryFile.contents(of: photographsNote(plan)) else { return nil }
        let folder = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }

    /// Records the folder of photographs, so that pages that are made again show them again.
    func note(photographs folder: String, of plan: AtlasPlan) throws(EngineError) {
        try writeWholeFile(photographsNote(plan), Array("\(absolutePath(folder))\n".utf8))
    }

    /// Returns the words for a layer's neurons that were recorded, by the neurons' indices.
    func labels(of plan: AtlasPlan, layer: String) -> [Int: String] {
        guard let bytes = try? OrdinaryFile.contents(of: labelsNote(plan, layer: layer)) else { return [:] }
        return (try? JSONDecoder().decode([Int: String].self, from: Data(bytes))) ?? [:]
    }

    /// Records words for a layer's neurons, which its pages show, beside those that were recorded before.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    public func note(labels: [Int: String], of plan: AtlasPlan, layer: String) throws(EngineError) {
        let all = self.labels(of: plan, layer: layer).merging(labels) { _, new in new }
        guard let data = try? JSONEncoder.sorted.encode(all) else { return }
        try makeFolder("\(path)/plans/\(plan.key)")
        try writeWholeFile(labelsNote(plan, layer: layer), Array(data))
    }

    // Not “.json”, since those are plans.
    private func labelsNote(_ plan: AtlasPlan, layer: String) -> String {
        "\(path)/plans/\(plan.key)/\(layer).labels"
    }

    private func photographsNote(_ plan: AtlasPlan) -> String { "\(path)/plans/\(plan.key)/photographs" }
}
