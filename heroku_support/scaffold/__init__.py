"""
The scaffolder: reads a project, and writes the files with which it runs on Heroku.
"""
