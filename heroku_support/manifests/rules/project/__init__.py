"""
Rules on files that are missing, and on how files agree with each other.
"""
