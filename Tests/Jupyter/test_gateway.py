"""A kernel on another host: jupyter_kernel_gateway serves it, and a Jupyter server uses it from there."""
