"""
The release phase: make the database fit the new code before it goes live.
"""
