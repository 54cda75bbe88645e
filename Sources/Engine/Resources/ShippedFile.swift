import Foundation

/// A file that comes with the program.
package enum ShippedFile {
    /// Where it is, or nil when there is none of this name.
    ///
    /// - Parameters:
    ///   - name: without its ending: "vit".
    ///   - ending: "safetensors"; nil for a folder.
    package static func path(_ name: String, ending: String? = nil) -> String? {
        Bundle.module.path(forResource: name, ofType: ending)
    }
}
