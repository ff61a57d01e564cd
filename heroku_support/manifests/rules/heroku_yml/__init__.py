"""
Rules on heroku.yml.
"""
