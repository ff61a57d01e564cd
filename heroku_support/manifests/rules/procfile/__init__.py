"""
Rules on the lines of a Procfile.
"""
