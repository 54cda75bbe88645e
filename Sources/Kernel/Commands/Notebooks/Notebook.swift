import Jupyter
import Platform

/// A notebook in memory: nbformat 4, with all members of its file, including unknown ones.
package struct Notebook: Hashable, Sendable {
    /// The members of the file besides the cells.
    package var members: [String: JSON]
    /// The cells in order.
    package var cells: [NotebookCell]

    /// Reads a notebook.
    ///
    /// - Parameter path: the file's path, for errors.
    /// - Throws: ``NotebookError``.
    package init(_ bytes: [UInt8], path: String) throws(NotebookError) {
        let json: JSON
        do throws(JSONError) {
            // Python's dialect, since Python writes and reads NaN.
            json = try JSON(parsing: bytes, .python)
        } catch {
            throw .notANotebook(path: path, reason: "it is not JSON (\(error))")
        }
        guard case .object(var members) = json else {
            throw .notANotebook(path: path, reason: "it is \(json.kind), not an object")
        }
        guard let version = json["nbformat"]?.integer else {
            throw .notANotebook(path: path, reason: "it does not state its format (“nbformat”)")
        }
        guard version == 4 else { throw .format(path: path, version: version) }
        guard let cells = json["cells"]?.array else {
            throw .notANotebook(path: path, reason: "it has no list of cells")
        }
        guard members["metadata"] == nil || members["metadata"]?.object != nil else {
            throw .notANotebook(path: path, reason: "its “metadata” is \(members["metadata"]?.kind ?? "missing")")
        }
        members["cells"] = nil
        self.members = members
        self.cells = []
        for (index, cell) in cells.enumerated() {
            do throws(FieldError) {
                self.cells.append(try NotebookCell(cell))
            } catch {
                throw .notANotebook(path: path, reason: "its cell \(index + 1) \(error.reason)")
            }
        }
    }

    /// The notebook as nbformat writes it.
    package var bytes: [UInt8] {
        var members = members
        members["cells"] = .array(cells.map { .object($0.members) })
        return JSON.object(members).indentedBytes + [UInt8(ascii: "\n")]
    }

    /// The notebook's metadata.
    package var metadata: [String: JSON] {
        get { members["metadata"]?.object ?? [:] }
        set { members["metadata"] = .object(newValue) }
    }

    /// The language of the cells; nil if the file does not state it.
    package var language: String? {
        metadata["kernelspec"]?["language"]?.string ?? metadata["language_info"]?["name"]?.string
    }

    /// Whether the run continues after an error in any cell.
    package var allowsErrors: Bool { metadata["execution"]?["allow_errors"] == true }

    /// Whether cells have identifiers, as since format 4.5.
    var hasCellIDs: Bool { (members["nbformat_minor"]?.integer ?? 0) >= 5 }
}
