"""
Rules on the settings of Django, as they come out on a dyno.
"""
