"""
Rules on app.json.
"""
