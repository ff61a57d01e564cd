"""
Rules on project.toml, which Fir reads.
"""
