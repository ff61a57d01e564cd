"""
The doctor: reads the files that Heroku reads, and says what is wrong with them, and where.
"""
