/// The version of the kernel.
public let vitrineVersion = "0.1.0"
