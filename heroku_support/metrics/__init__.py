"""
What the processes of a dyno count together, and the exits by which it leaves.
"""
