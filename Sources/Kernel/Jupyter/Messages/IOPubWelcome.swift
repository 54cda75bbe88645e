/// Tells a front-end that its subscription has arrived, so that it misses nothing from here on (JEP 65).
package struct IOPubWelcome: MessageContent {
    package static let type = "iopub_welcome"

    /// The topic subscribed to.
    package var subscription: String

    package var content: JSON { ["subscription": .string(subscription)] }
}
