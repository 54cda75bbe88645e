@_exported import Checkpoints
@_exported import Compute
@_exported import Downloads
@_exported import Images
@_exported import Models
@_exported import Platform
