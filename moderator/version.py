"""The version of the software, read by the build and written into every model card."""

__version__ = "0.2.0"
