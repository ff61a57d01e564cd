"""
Rules on the Aptfile, which heroku/heroku-buildpack-apt reads.
"""
