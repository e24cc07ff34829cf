"""Chevet: see a patient through a link."""
