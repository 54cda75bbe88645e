import Foundation

/// The file of the certificates that this machine trusts, which the libcurl of a wheel cannot know from its build.
package enum CertificateFile {
    /// Where distributions keep it: Debian, Ubuntu, Arch; Fedora and its kin; openSUSE; Alpine.
    static let systemPaths = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// The system's file, or else that of a Python environment around the executable: `certifi`'s, which comes with
    /// JupyterLab and with pip; nil if there is neither.
    package static let usual: String? = {
        let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return find(systemPaths: systemPaths, executable: executable)
    }()

    /// Returns the first file that exists.
    ///
    /// - Parameters:
    ///   - systemPaths: where the system's may be.
    ///   - executable: a program in `lib/vitrine` of a Python environment.
    package static func find(systemPaths: [String], executable: String?) -> String? {
        let files = FileManager.default
        if let path = systemPaths.first(where: files.isReadableFile) { return path }
        guard let executable else { return nil }
        let library = URL(fileURLWithPath: executable).deletingLastPathComponent().deletingLastPathComponent()
        let versions = (try? files.contentsOfDirectory(atPath: library.path)) ?? []
        for version in versions.sorted(by: >) where version.hasPrefix("python") {
            for package in ["certifi", "pip/_vendor/certifi"] {
                let path = "\(library.path)/\(version)/site-packages/\(package)/cacert.pem"
                if files.isReadableFile(atPath: path) { return path }
            }
        }
        return nil
    }
}
