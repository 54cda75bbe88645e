import Platform

/// A message that confirms a front-end's subscription, after which it misses no messages (JEP 65).
struct IOPubWelcome: MessageContent {
    package static let type = "iopub_welcome"

    /// The subscribed topic.
    package var subscription: String

    package var content: JSON { ["subscription": .string(subscription)] }
}
