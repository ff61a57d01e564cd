"""
The settings helpers, in each place that a process can run in.
"""
