"""
Ask the live database and store what only they can tell; the doctor's rules judge it.
"""
