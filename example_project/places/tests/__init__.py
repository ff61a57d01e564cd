"""
What the survey promises.
"""
