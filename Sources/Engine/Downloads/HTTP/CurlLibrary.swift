import CCurl
import Glibc

/// libcurl, opened when the first download begins.
///
/// It is not linked, because with its dependencies it would double the kernel's start time and memory
/// (`docs/decisions/0005-downloads.md`).
package final class CurlLibrary: Sendable {
    /// The library's file names: with OpenSSL, or with GnuTLS.
    package static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]

    /// Returns the library, which is opened once per process.
    static func shared() throws(DownloadFailure) -> CurlLibrary {
        guard let library = opened else { throw .libraryMissing(package: "libcurl4") }
        return library
    }

    private static let opened = try? CurlLibrary(names: names)

    nonisolated(unsafe) let version: @convention(c) () -> UnsafePointer<CChar>
    nonisolated(unsafe) let easyInit: @convention(c) () -> UnsafeMutableRawPointer?
    nonisolated(unsafe) let easyCleanup: @convention(c) (UnsafeMutableRawPointer?) -> Void
    nonisolated(unsafe) let easyReset: @convention(c) (UnsafeMutableRawPointer?) -> Void
    nonisolated(unsafe) let easySetopt: vitrine_curl_setopt
    nonisolated(unsafe) let easyGetinfo: vitrine_curl_getinfo
    nonisolated(unsafe) let easyStrerror: @convention(c) (CURLcode) -> UnsafePointer<CChar>?
    nonisolated(unsafe) let listAppend:
        @convention(c) (UnsafeMutablePointer<curl_slist>?, UnsafePointer<CChar>?) -> UnsafeMutablePointer<curl_slist>?
    nonisolated(unsafe) let listFree: @convention(c) (UnsafeMutablePointer<curl_slist>?) -> Void
    nonisolated(unsafe) let multiInit: @convention(c) () -> UnsafeMutableRawPointer?
    nonisolated(unsafe) let multiCleanup: @convention(c) (UnsafeMutableRawPointer?) -> CURLMcode
    nonisolated(unsafe) let multiAdd: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CURLMcode
    nonisolated(unsafe) let multiRemove:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> CURLMcode
    nonisolated(unsafe) let multiPerform:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> CURLMcode
    nonisolated(unsafe) let multiPoll:
        @convention(c) (
            UnsafeMutableRawPointer?, UnsafeMutablePointer<curl_waitfd>?, UInt32, Int32, UnsafeMutablePointer<Int32>?
        ) -> CURLMcode
    nonisolated(unsafe) let multiInfoRead:
        @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<Int32>?) -> UnsafeMutablePointer<CURLMsg>?

    /// Opens the first library of `names` that exists.
    ///
    /// - Throws: ``DownloadFailure/libraryMissing(package:)``, also if it lacks a function, as libcurl before 7.66
    ///   does.
    package init(names: [String]) throws(DownloadFailure) {
        guard let handle = names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
            throw .libraryMissing(package: "libcurl4")
        }
        let globalInit: @convention(c) (Int) -> CURLcode = try function("curl_global_init", in: handle)
        version = try function("curl_version", in: handle)
        easyInit = try function("curl_easy_init", in: handle)
        easyCleanup = try function("curl_easy_cleanup", in: handle)
        easyReset = try function("curl_easy_reset", in: handle)
        easySetopt = try function("curl_easy_setopt", in: handle)
        easyGetinfo = try function("curl_easy_getinfo", in: handle)
        easyStrerror = try function("curl_easy_strerror", in: handle)
        listAppend = try function("curl_slist_append", in: handle)
        listFree = try function("curl_slist_free_all", in: handle)
        multiInit = try function("curl_multi_init", in: handle)
        multiCleanup = try function("curl_multi_cleanup", in: handle)
        multiAdd = try function("curl_multi_add_handle", in: handle)
        multiRemove = try function("curl_multi_remove_handle", in: handle)
        multiPerform = try function("curl_multi_perform", in: handle)
        multiPoll = try function("curl_multi_poll", in: handle)
        multiInfoRead = try function("curl_multi_info_read", in: handle)
        // CURL_GLOBAL_ALL, a macro that Swift does not import.
        guard globalInit(3) == CURLE_OK else { throw .libraryMissing(package: "libcurl4") }
    }

    /// The version of the library and of what secures its connections, "libcurl/7.88.1 OpenSSL/3.0.17"; nil if it is missing.
    /// Opens it.
    package static var foundVersion: String? { opened.map { String(cString: $0.version()) } }

    /// Returns libcurl's message for an error: "Timeout was reached".
    func message(for code: CURLcode) -> String {
        easyStrerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }
}

/// Returns a function of an opened library.
private func function<Function>(
    _ name: String, in handle: UnsafeMutableRawPointer
) throws(DownloadFailure) -> Function {
    guard let symbol = dlsym(handle, name) else { throw .libraryMissing(package: "libcurl4") }
    return unsafeBitCast(symbol, to: Function.self)
}
