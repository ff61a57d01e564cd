"""
Rules on what servers have told of themselves.
"""
