import Foundation

/// A file that is shipped with the program.
package enum ShippedFile {
    /// Returns the path of a file, or nil if there is none of this name.
    ///
    /// - Parameters:
    ///   - name: the name without its extension: "vit".
    ///   - ending: the extension, such as "safetensors"; nil for a folder.
    package static func path(_ name: String, ending: String? = nil) -> String? {
        Bundle.module.path(forResource: name, ofType: ending)
    }
}
