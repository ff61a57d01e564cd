"""
Rules on any text.
"""
