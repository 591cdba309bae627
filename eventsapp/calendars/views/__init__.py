"""The addresses of feeds."""
