"""
Rules on what a process runs, wherever that is written.
"""
