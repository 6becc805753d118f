"""Results and diagnostics as text: for a terminal, a spreadsheet, a code host.

Every function takes what the engine made and returns text; none prints.
"""
