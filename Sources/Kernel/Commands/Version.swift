/// The version of the kernel.
package let vitrineVersion = "0.2.0"
