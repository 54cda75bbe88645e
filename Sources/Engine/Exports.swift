@_exported import Compute
@_exported import Platform
