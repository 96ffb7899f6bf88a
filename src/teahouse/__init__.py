"""Teahouse: an all-in-one messenger that people can own."""

__version__ = "0.1.0"
