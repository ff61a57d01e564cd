"""
The rules, a folder for each kind of thing that they are about.
"""
