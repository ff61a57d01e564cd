"""
The ways by which a snapshot leaves, a module each.
"""
