"""
Rules on the scripts that a Procfile and its like name.
"""
