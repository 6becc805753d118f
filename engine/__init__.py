"""Meaning: check, compile, score, explain."""
