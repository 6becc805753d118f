"""Benchmarks: how long what people wait for takes. Run by `make bench`, never by a test."""
