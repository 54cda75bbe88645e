import Cells
import Foundation
import VitrineEngine

/// The models that can be loaded, as rows of a table: those on this machine, and those to download.
struct ModelList {
    /// The models that are warm.
    let warm: [Model]

    /// The table's headings.
    static let headings = ["cell", "model", "weights", "license", "where"]

    /// The file extensions of weights.
    static let fileEndings = WeightsSearch.fileEndings

    /// The rows of models on this machine and of models to download.
    struct Rows {
        /// Built in, warm, in this folder, in a cache.
        var local: [[String]]
        /// To download.
        var others: [[String]]
    }

    /// What stands in the last column of a model that asks to accept terms first.
    static let afterTerms = "to download, after accepting its terms"

    /// The rows.
    var rows: Rows {
        get throws {
            let (cached, others) = downloadable
            let named = try builtIn + files + cached
            return Rows(local: named + warmFiles(besides: named.map { $0[0] }), others: others)
        }
    }

    /// Returns the rows of warm models that are not listed otherwise: from files elsewhere on this disk.
    private func warmFiles(besides cells: [String]) -> [[String]] {
        var seen = Set(cells)
        return warm.compactMap { model in
            let row = [
                "load(\(CellText.literal(model.origin)))", model.family, byteCount(model.weightBytes), "", "warm",
            ]
            let isListed = seen.contains("load(\"\(model.name)\")") || !seen.insert(row[0]).inserted
            return isListed ? nil : row
        }
    }

    private var builtIn: [[String]] {
        get throws {
            try Catalog.builtInNames.map { name in
                // Not kept: listing a model does not warm it.
                let model = try Model.load(name)
                return [
                    "load(\"\(name)\")",
                    "\(model.family), \(model.inputSize.shortWords), \(model.classes.count) classes",
                    byteCount(model.weightBytes), "", isWarm(name) ? "built in, warm" : "built in",
                ]
            }
        }
    }

    private var files: [[String]] {
        let names = entries(of: ".").filter { name in Self.fileEndings.contains { name.hasSuffix($0) } }
        return names.map { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: name)
            return [
                "load(\"\(name)\")", "a checkpoint", byteCount(attributes?[.size] as? Int ?? 0), "",
                isWarm(name) ? "here, warm" : "here",
            ]
        }
    }

    /// A row for each name of a model; several weights of one name share it.
    private var downloadable: (cached: [[String]], others: [[String]]) {
        var names: [String] = []
        var kinds: [String: [DownloadableModel]] = [:]
        for model in ModelSource().downloadable() {
            if kinds[model.name] == nil { names.append(model.name) }
            kinds[model.name, default: []].append(model)
        }
        var (cached, others): ([[String]], [[String]]) = ([], [])
        for name in names {
            guard let kinds = kinds[name], let usual = kinds.first(where: \.isDefault) ?? kinds.first else { continue }
            let size = usual.bytes.map { "\(usual.isCached ? "" : "about ")\(byteCount($0))" } ?? ""
            let weights = kinds.count > 1 ? ": \(kinds.map(\.weights).joined(separator: ", "))" : ""
            let isCached = kinds.contains(where: \.isCached)
            let row = [
                "load(\"\(name)\")", usual.project + weights, size, usual.license ?? "",
                isCached
                    ? (isWarm(name) ? "on this disk, warm" : "on this disk")
                    : usual.termsPage == nil ? "to download" : Self.afterTerms,
            ]
            if isCached { cached.append(row) } else { others.append(row) }
        }
        return (cached, others)
    }

    private func isWarm(_ origin: String) -> Bool { warm.contains { $0.origin == origin || $0.name == origin } }
}
