"""
What a readiness report looks at, a module each.

Each has a function ``find``, which takes a name, whether it ``decides``, and options of its own,
and returns the checks of what this project has.
"""
