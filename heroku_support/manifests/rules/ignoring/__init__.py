"""
Rules on the files that say what is left out.
"""
