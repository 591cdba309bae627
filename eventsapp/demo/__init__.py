"""The demo: Habitat III as the archive it is, and an upcoming sample conference, both built through the services."""
