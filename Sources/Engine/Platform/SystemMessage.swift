import Glibc

/// Returns the system's message for an error number: "permission denied".
package func systemMessage(for code: Int32) -> String { String(cString: strerror(code)).lowercased() }
