import Foundation

/// The executable that runs now.
package enum OwnExecutable {
    /// Why its path cannot be told.
    package struct Unknown: Error, CustomStringConvertible {
        /// What to tell the person.
        package var description: String { "The executable's path is unknown: /proc is missing." }
    }

    /// Its path, whichever way it was called.
    package static var path: String {
        get throws(Unknown) {
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
                throw Unknown()
            }
            return path
        }
    }
}
