import Foundation

/// The executable of this process.
package enum CurrentExecutable {
    /// The error that the path is unknown.
    package struct Unknown: Error, CustomStringConvertible {
        /// The error in the user's words.
        package var description: String { "The executable's path is unknown: /proc is missing." }
    }

    /// The executable's path, however it was started.
    package static var path: String {
        get throws(Unknown) {
            guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
                throw Unknown()
            }
            return path
        }
    }
}
