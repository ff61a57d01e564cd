"""
Rules on a Dockerfile that Heroku builds.
"""
