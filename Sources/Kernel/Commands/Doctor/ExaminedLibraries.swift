import Foundation
import VitrineEngine

extension Surroundings {
    /// Says which libraries this process uses and where they come from.
    func libraries(_ problems: inout [Examination.Problem]) -> Examination.Section {
        var rows: [(name: String, text: String)] = []
        // Before the list, since this opens it.
        let curl = CurlLibrary.foundVersion
        for path in Self.loadedLibraries { rows.append((Self.plainName(path), origin(of: path))) }
        if let curl {
            rows.append(("downloads", curl))
            if let certificates = DownloadEnvironment(variables).certificates {
                rows.append(("certificates", certificates))
                if !FileManager.default.isReadableFile(atPath: certificates) {
                    problems.append(
                        Examination.Problem(
                            what: "The file of certificates, \(certificates), cannot be read.",
                            advice: "Correct SSL_CERT_FILE, CURL_CA_BUNDLE or REQUESTS_CA_BUNDLE, or leave them out."))
                }
            } else {
                problems.append(
                    Examination.Problem(
                        what: "There is no file of trusted certificates, so nothing can be downloaded.",
                        advice: "Install the package ca-certificates, or name a file in SSL_CERT_FILE."))
            }
        } else {
            problems.append(
                Examination.Problem(
                    what: "libcurl is missing, so no model can be downloaded.",
                    advice: "Install it: on Debian and Ubuntu `apt install libcurl4`, on Fedora `dnf install libcurl`.")
            )
        }
        return Examination.Section(title: "Libraries", rows: rows)
    }

    /// The files of shared libraries that are mapped, without those of the C library.
    private static var loadedLibraries: [String] {
        let paths = wholeText("/proc/self/maps").split(separator: "\n").compactMap { line -> String? in
            guard let slash = line.firstIndex(of: "/") else { return nil }
            let path = String(line[slash...])
            return path.contains(".so") ? path : nil
        }
        let system = ["libc.so", "libm.so", "ld-linux", "libdl.so", "libpthread.so", "librt.so", "libresolv.so"]
        return Set(paths).filter { path in !system.contains { plainFile(path).hasPrefix($0) } }
            .sorted { plainFile($0) < plainFile($1) }
    }

    /// Returns all of a file that has no size, as those of the system in /proc; Foundation reads their first block alone.
    private static func wholeText(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&block, 1, block.count, file), count > 0 { bytes += block[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func origin(of path: String) -> String {
        guard let executable else { return path }
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent().path
        return path.hasPrefix(folder + "/libs/") ? "came with Vitrine" : path
    }

    private static func plainFile(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// "libzmq.so.5.2.4" is libzmq.
    private static func plainName(_ path: String) -> String {
        let file = plainFile(path)
        return file.range(of: ".so").map { String(file[..<$0.lowerBound]) } ?? file
    }
}
