"""
Rules on what a buildpack needs to install Python and its packages.
"""
