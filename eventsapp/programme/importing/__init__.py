"""Programmes from files: a reader for each format, one neutral document, and one service that brings it in.

``habitat.read`` and ``frab.read`` are pure: bytes in, a :class:`document.Document` out, or :class:`document.BadFile`
with the line or the path and the reason. ``apply.apply`` compares the document with the database and writes what
differs. ``files.read`` finds out which format a file is in.
"""
