@_exported import Checkpoints
@_exported import Compute
@_exported import Images
@_exported import Platform
