// Jupyter.
