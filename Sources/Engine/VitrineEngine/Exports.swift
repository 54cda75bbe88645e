// What a program that uses the library sees: docs/library.md names it.

@_exported import Atlas
@_exported import Checkpoints
@_exported import Compute
@_exported import Downloads
@_exported import Images
@_exported import Models
@_exported import Platform
@_exported import Studies
@_exported import Visualization
