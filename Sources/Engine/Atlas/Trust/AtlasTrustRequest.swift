import Foundation
import Platform
import Studies

/// How much of the question whether pictures are to be trusted an atlas answers, against a folder of photographs.
public enum AtlasTrust: String, Codable, CaseIterable, Hashable, Sendable {
    /// Nothing is measured.
    case none
    /// What needs no further pictures: the way through the blocks, agreement between seeds, what is left without causes.
    case brief
    /// Also how well the pictures tell strong from weak photographs, which needs a picture of each one's opposite: twice as
    /// many pictures.
    case full
}

/// The measurements of trust that belong in an atlas: those of every neuron, against these photographs.
struct AtlasTrustRequest: Codable, Hashable {
    /// The revision of the measurements: increased when the same pictures and photographs give others.
    static let revision = 1

    /// The absolute path of the folder of photographs.
    var folder: String
    /// The SHA-256 of the photographs' files and of their paths in the folder.
    var photographs: String
    /// How many of the strongest photographs stand for what drives a neuron.
    var strongest = Trust.Settings().photographs
    /// How many parts of the model are taken out together.
    var causes = Trust.Settings().causes
    /// How many tasks the interpretability score has.
    var tasks = Trust.Settings().tasks

    /// Reads the photographs of a folder.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``,
    ///   ``EngineError/cancelled``.
    init(photographsIn folder: String, cancellation: Cancellation) throws(EngineError) {
        self.folder = absolutePath(folder)
        photographs = try digest(ofFilesIn: self.folder, cancellation: cancellation)
    }

    /// Returns the name of the measurements of a neuron with these pictures.
    func name(ofPictures names: [String]) -> String {
        ContentHash.sha256(
            of:
                "trust \(Self.revision)\n\(names.joined(separator: " "))\n\(photographs)\n\(strongest) \(causes) \(tasks)"
        )
    }

    var settings: Trust.Settings {
        Trust.Settings(photographs: strongest, causes: causes, tasks: tasks)
    }
}

extension AtlasFolder {
    /// Returns the folder of photographs that measurements of trust were last requested with, if it still exists.
    public func trustPhotographs(of plan: AtlasPlan) -> String? {
        trust(of: plan).map(\.folder).flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }

    /// Returns the measurements of trust that were requested for a model's neurons; nil for none.
    func trust(of plan: AtlasPlan) -> AtlasTrustRequest? {
        guard let bytes = try? OrdinaryFile.contents(of: trustNote(plan)) else { return nil }
        return try? JSONDecoder().decode(AtlasTrustRequest.self, from: Data(bytes))
    }

    /// Records that measurements of trust belong in the atlas; those of an earlier request count no longer.
    ///
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    func note(trust request: AtlasTrustRequest, of plan: AtlasPlan) throws(EngineError) {
        guard request != trust(of: plan), let data = try? JSONEncoder.sorted.encode(request) else { return }
        try makeFolder("\(path)/plans/\(plan.key)")
        try writeWholeFile(trustNote(plan), Array(data), isDurable: true)
    }

    // Not “.json”, since those are plans.
    private func trustNote(_ plan: AtlasPlan) -> String { "\(path)/plans/\(plan.key)/trust" }
}
