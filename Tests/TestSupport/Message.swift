import Platform

/// What `body` throws, in the user's words.
package func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return (error as? EngineError)?.message ?? "\(error)" }
    return "no error"
}
