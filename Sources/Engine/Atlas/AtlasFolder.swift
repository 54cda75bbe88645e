import Foundation
import Platform
import Visualization

/// A folder that holds an atlas.
///
///     vitrine-atlas.json        says that it is one
///     plans/vit-1a2b3c4d/….json what belongs into it; a file for each wish, named by its hash; and where photographs are
///     pictures/ab/….png         the pictures, named by the hash of their recipes
///     aside/                    what was in a picture's place and was no such picture
///     claims/                   who is rendering what now
///     data/ sheets/ photographs/ and pages, which ``AtlasPages`` makes of these
///
/// Any number of programs can work in it at once: nothing is ever changed in place, and what two make is the same.
public struct AtlasFolder: Sendable {
    /// The folder's path.
    public let path: String
    /// Its pictures.
    public let pictures: PictureStore

    /// What says that a folder holds an atlas.
    static let marker = "vitrine-atlas.json"
    private static let version = 1

    private struct Marker: Codable {
        var version: Int
    }

    /// The atlas in a folder of which nothing is known.
    init(unchecked path: String) {
        self.path = (path as NSString).expandingTildeInPath
        pictures = PictureStore(self.path + "/pictures", aside: self.path + "/aside")
    }

    /// The atlas in a folder.
    ///
    /// - Throws: ``AtlasFailure/noAtlas(path:)``, ``AtlasFailure/newerFolder(path:)``.
    public init(_ path: String) throws(EngineError) {
        self.init(unchecked: path)
        guard let bytes = try? OrdinaryFile.contents(of: "\(self.path)/\(Self.marker)"),
            let marker = try? JSONDecoder().decode(Marker.self, from: Data(bytes))
        else { throw .atlas(.noAtlas(path: path)) }
        guard marker.version == Self.version else { throw .atlas(.newerFolder(path: path)) }
    }

    /// The atlas in a folder, begun where there is none yet.
    ///
    /// - Throws: ``AtlasFailure/foreignFolder(path:found:)`` for a folder with something else in it,
    ///   ``AtlasFailure/newerFolder(path:)``, ``EngineError/fileUnwritable(path:reason:)``.
    public init(making path: String) throws(EngineError) {
        let folder = AtlasFolder(unchecked: path)
        try makeFolder(folder.path)
        if !FileManager.default.fileExists(atPath: "\(folder.path)/\(Self.marker)") {
            // Another program may be beginning the same atlas.
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

    /// Notes what belongs into the atlas; what was wanted before stays.
    ///
    /// - Returns: everything that belongs into it of this model.
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

    /// What belongs into the atlas, a plan for each model, in the order of their keys.
    ///
    /// - Throws: ``AtlasFailure/brokenPlan(path:)``, ``AtlasFailure/otherSettings(folder:model:there:wanted:)``.
    public func plans() throws(EngineError) -> [AtlasPlan] {
        var plans: [AtlasPlan] = []
        for key in entries(of: path + "/plans") {
            var plan: AtlasPlan?
            for file in entries(of: "\(path)/plans/\(key)") where file.hasSuffix(".json") {
                let name = "\(path)/plans/\(key)/\(file)"
                guard let bytes = try? OrdinaryFile.contents(of: name),
                    let wish = try? JSONDecoder().decode(AtlasPlan.self, from: Data(bytes)),
                    wish.version == AtlasPlan.currentVersion
                else { throw .atlas(.brokenPlan(path: name)) }
                plan = try plan?.adding(wish, in: path) ?? wish
            }
            if let plan { plans.append(plan) }
        }
        return plans
    }

    /// The folder of photographs that pages last showed the strongest of to this model; nil where none was named, or where
    /// it is not there any more.
    func photographs(of plan: AtlasPlan) -> String? {
        guard let bytes = try? OrdinaryFile.contents(of: photographsNote(plan)) else { return nil }
        let folder = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
        return FileManager.default.fileExists(atPath: folder) ? folder : nil
    }

    /// Notes the folder of photographs, so that pages that are made again show them again.
    func note(photographs folder: String, of plan: AtlasPlan) throws(EngineError) {
        try writeWholeFile(photographsNote(plan), Array("\(absolutePath(folder))\n".utf8))
    }

    private func photographsNote(_ plan: AtlasPlan) -> String { "\(path)/plans/\(plan.key)/photographs" }
}
