"""
Values for a project's settings module; Django is not configured yet when these run.
"""
