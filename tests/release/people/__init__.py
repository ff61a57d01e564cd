"""
User models of other projects, for the tests of the superuser.
"""
